import { useLayoutEffect, useRef } from "preact/hooks";
import type { QuestionView } from "../lib/wire.gen";
import { asker, Fitted, spoken } from "./card";
import { shareOf } from "./share";
import { words } from "./words";

/** The question on air beside the speaker's own text: it takes the room that it needs, the text what is left. */
export function Beside({ question, briefing }: { question: QuestionView; briefing: string | null }) {
  const section = useRef<HTMLElement>(null);
  const foot = useRef<HTMLParagraphElement>(null);
  const { text, number } = question;
  useLayoutEffect(() => {
    const { current: beside } = section;
    const surface = beside?.closest<HTMLElement>(".surface");
    if (!beside || !surface) return undefined;
    const divide = () => {
      const { paddingLeft, paddingBottom } = getComputedStyle(surface);
      const width = surface.clientWidth - 2 * Number.parseFloat(paddingLeft);
      const height = surface.clientHeight - beside.offsetTop - Number.parseFloat(paddingBottom);
      const isStacked = surface.clientHeight > surface.clientWidth;
      const share = shareOf(text, { width, height }, isStacked, foot.current?.offsetHeight ?? 0);
      surface.style.setProperty("--question", `${share}fr`);
      surface.style.setProperty("--script", `${1 - share}fr`);
    };
    divide();
    const observer = new ResizeObserver(divide);
    observer.observe(surface);
    observer.observe(beside);
    return () => observer.disconnect();
  }, [text]);
  return (
    <section class="beside" aria-label={words().now} key={number} ref={section}>
      <Fitted text={text} language={spoken(question.language)}>
        <p class="next-asker" ref={foot}>
          {[asker(question) || words().anonymous, briefing].filter(Boolean).join(" · ")}
        </p>
      </Fitted>
    </section>
  );
}
