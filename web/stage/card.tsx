import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { PANEL, type PromptView, type QuestionView } from "../lib/wire.gen";
import { Icon } from "../ui/icon";
import { fitText } from "./fit";
import { words } from "./words";

/** Text as large as the space that is left can stand: measured before it is painted. */
export function Fitted({
  text,
  language,
  children,
}: {
  text: string;
  language?: string | undefined;
  children?: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const paragraph = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => {
    if (!box.current || !content.current || !paragraph.current) return undefined;
    const [around, inner, letters] = [box.current, content.current, paragraph.current];
    const measure = () => fitText(around, inner, letters);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(around);
    document.fonts.addEventListener("loadingdone", measure);
    return () => {
      observer.disconnect();
      document.fonts.removeEventListener("loadingdone", measure);
    };
  }, [text]);
  return (
    <div class="fitted" ref={box}>
      <div class="fitted-content" ref={content}>
        <p class="fitted-text" ref={paragraph} lang={language}>
          {text}
        </p>
        {children}
      </div>
    </div>
  );
}

export const asker = ({ name, affiliation }: QuestionView) => [name, affiliation].filter(Boolean).join(", ");
export const spoken = (language: string) => (language === "und" ? undefined : language);

interface LabelProps {
  question: QuestionView;
  place: string;
  nameOf: (place: string) => string;
}

/** To whom the question on air goes. */
export function Label({ question, place, nameOf }: LabelProps) {
  const { queue, number } = question;
  const title =
    queue === PANEL || queue === null
      ? words().nowPanel
      : queue === place
        ? words().now
        : words().nowFor(nameOf(queue));
  return (
    <>
      <Icon name="live" />
      {title}
      <span class="surface-number numeric"> #{number}</span>
    </>
  );
}

/** The question on air, its asker and what the moderators note beside it. */
export function Card({ question, briefing }: { question: QuestionView; briefing: string | null }) {
  return (
    <Fitted key={question.number} text={question.text} language={spoken(question.language)}>
      <p class="surface-asker">{asker(question) || words().anonymous}</p>
      {briefing && (
        <p class="surface-briefing">
          <strong>{words().briefing}:</strong> {briefing}
        </p>
      )}
    </Fitted>
  );
}

export function Waiting({ elsewhere, coming }: { elsewhere: boolean; coming: boolean }) {
  const title = elsewhere ? words().elsewhere : coming ? words().soon : words().none;
  return (
    <div class="waiting">
      <p class="waiting-title">{title}</p>
      {!elsewhere && !coming && <p class="waiting-text">{words().noneText}</p>}
    </div>
  );
}

export function Next({ prompt }: { prompt: PromptView }) {
  const { next: question, waiting, next_briefing: briefing } = prompt;
  if (!question) return null;
  return (
    <section class="next" aria-label={words().next}>
      <p class="next-label">
        {words().next}
        {waiting > 0 && <span class="next-more"> · {words().more(waiting)}</span>}
      </p>
      <p class="next-text" lang={spoken(question.language)}>
        {question.text}
      </p>
      {(asker(question) || briefing) && (
        <p class="next-asker">{[asker(question), briefing].filter(Boolean).join(" · ")}</p>
      )}
    </section>
  );
}
