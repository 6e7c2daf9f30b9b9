import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
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
  const [overflows, setOverflows] = useState(false);
  useLayoutEffect(() => {
    if (!box.current || !content.current || !paragraph.current) return undefined;
    const [around, inner, letters] = [box.current, content.current, paragraph.current];
    const measure = () => {
      // without the mark, which takes a column
      around.classList.remove("is-paged");
      fitText(around, inner, letters);
      const isPaged = inner.offsetHeight > around.clientHeight + 1;
      around.classList.toggle("is-paged", isPaged);
      setOverflows(isPaged);
    };
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
      {overflows && <More box={box} />}
    </div>
  );
}

/** Where even the smallest letters do not fit, as on a phone beside a text: nothing is hidden without a mark. */
function More({ box }: { box: RefObject<HTMLDivElement | null> }) {
  const [isLast, setLast] = useState(false);
  useLayoutEffect(() => {
    const { current: around } = box;
    if (!around) return undefined;
    const look = () => setLast(around.scrollTop + around.clientHeight >= around.scrollHeight - 2);
    look();
    around.addEventListener("scroll", look, { passive: true });
    return () => around.removeEventListener("scroll", look);
  }, []);
  const turn = () => {
    const { current: around } = box;
    around?.scrollTo({ top: isLast ? 0 : around.scrollTop + around.clientHeight * PAGE });
  };
  return (
    <button
      type="button"
      class="fitted-more"
      aria-label={isLast ? words().fromTheStart : words().goesOn}
      onClick={turn}
    >
      <Icon name={isLast ? "up" : "down"} />
    </button>
  );
}

/** Of the height of the box: what was read last stays in sight. */
const PAGE = 0.7;

/** From so many characters on a question gets room from what stands around it. */
const LONG = 280;
const isLong = (question: QuestionView) => question.text.length > LONG;

export const asker = ({ name, affiliation }: QuestionView) => [name, affiliation].filter(Boolean).join(", ");
export const spoken = (language: string) => (language === "und" ? undefined : language);

interface LabelProps {
  question: QuestionView;
  place: string;
  nameOf: NameOf;
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

type NameOf = (place: string) => string;

/** Who of the panel is asked now, when that is somebody else; null otherwise. */
export function askedNow(prompt: PromptView | null, nameOf: NameOf): string | null {
  const other = prompt?.others.find(({ on_air }) => on_air);
  return other ? words().asked(nameOf(other.place)) : null;
}

export function Waiting({ prompt, nameOf }: { prompt: PromptView | null; nameOf: NameOf }) {
  const elsewhere = askedNow(prompt, nameOf);
  const title = elsewhere ? words().elsewhere : prompt?.next ? words().soon : words().none;
  const text = elsewhere ?? (prompt?.next ? null : words().noneText);
  return (
    <div class="waiting">
      <p class="waiting-title">{title}</p>
      {text && <p class="waiting-text">{text}</p>}
    </div>
  );
}

/** What comes next here, and for whom else of the panel questions wait. */
export function Next({ prompt, nameOf }: { prompt: PromptView; nameOf: NameOf }) {
  const { next: question, waiting, next_briefing: briefing } = prompt;
  const others = prompt.others.filter((other) => other.waiting > 0);
  if (!question && others.length === 0) return null;
  return (
    <section
      class={prompt.on_air && isLong(prompt.on_air) ? "next next-brief" : "next"}
      aria-label={words().next}
    >
      <div class="next-head">
        {question && (
          <p class="next-label">
            {words().next}
            {waiting > 0 && <span class="next-more"> · {words().more(waiting)}</span>}
          </p>
        )}
        {others.length > 0 && (
          <p class="next-others">
            {words().others}: {others.map((other) => nameOf(other.place)).join(" · ")}
          </p>
        )}
      </div>
      {question && (
        <>
          <p class="next-text" lang={spoken(question.language)}>
            {question.text}
          </p>
          {(asker(question) || briefing) && (
            <p class="next-asker">{[asker(question), briefing].filter(Boolean).join(" · ")}</p>
          )}
        </>
      )}
    </section>
  );
}
