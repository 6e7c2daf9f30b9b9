import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { formatDuration } from "../lib/i18n";
import { blocksOf, emphasised } from "../lib/script";
import { lasting } from "../lib/storage";
import type { ScriptView } from "../lib/wire.gen";
import { link, options } from "./screen";
import { scroller } from "./scroller";
import { words } from "./words";

const KEY = `script/${link.room}/${link.panellist ?? ""}`;

/** The speaker's own text, scrolling under a reading line. */
export default function Script({ script }: { script: ScriptView }) {
  const window = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const { size, measure, spacing } = options.value;
  const blocks = useMemo(() => blocksOf(script.lines), [script.lines]);
  const isEmpty = blocks.length === 0;

  // before the first picture: nothing jumps, and a clicker is heard as soon as there is something to read
  useLayoutEffect(() => {
    const { current: outer } = window;
    const { current: inner } = text;
    if (!outer || !inner) return undefined;
    return scroller.attach(outer, inner, lasting, KEY);
  }, [isEmpty]);
  // what is read stays under the reading line, whatever is written above it and however large it is
  useLayoutEffect(() => scroller.measure(blocks), [blocks, size, measure, spacing]);
  useLayoutEffect(() => {
    const key = (event: KeyboardEvent) => scroller.key(event, options.peek().keys);
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, []);

  if (isEmpty) return <p class="waiting-text script-none">{words().noScript}</p>;
  return (
    <section class="script" aria-label={words().script}>
      <div class="script-stage">
        <div
          class="script-window"
          ref={window}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1)
          tabIndex={0}
        >
          <div
            class="script-text"
            ref={text}
            style={{ "--size": size, "--measure": `${measure}ch`, "--spacing": spacing }}
          >
            {blocks.map(({ kind, lines }, index) => (
              <Block key={index} heading={kind === "heading"} lines={lines} />
            ))}
          </div>
        </div>
        <div class="reading-line" aria-hidden="true" />
      </div>
      <p class="script-left numeric">{words().left(formatDuration(scroller.left.value))}</p>
    </section>
  );
}

function Block({ heading, lines }: { heading: boolean; lines: readonly string[] }) {
  const shown = lines.map((line, index) => (
    <span class="script-line" key={index}>
      {emphasised(line).map(({ text, strong }, part) =>
        strong ? <strong key={part}>{text}</strong> : <span key={part}>{text}</span>,
      )}
    </span>
  ));
  return heading ? <h2 class="script-heading">{shown}</h2> : <p class="script-paragraph">{shown}</p>;
}
