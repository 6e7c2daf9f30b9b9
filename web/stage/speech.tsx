import type { RefObject } from "preact";
import { type Block, emphasised } from "../lib/script";
import type { Options } from "./options";
import { words } from "./words";

interface SpeechProps {
  blocks: readonly Block[];
  look: Pick<Options, "size" | "measure" | "spacing">;
  window: RefObject<HTMLDivElement | null>;
  text: RefObject<HTMLDivElement | null>;
  /** How long it takes to read what is left, in words. */
  left: string;
}

/** Where the reading line stands, as a share of the window's height. */
export const READING_LINE = 0.34;

/** The speaker's own text under a reading line. */
export function Speech({ blocks, look, window, text, left }: SpeechProps) {
  if (blocks.length === 0) return <p class="waiting-text script-none">{words().noScript}</p>;
  const { size, measure, spacing } = look;
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
              <Part key={index} heading={kind === "heading"} lines={lines} />
            ))}
          </div>
        </div>
        <div class="reading-line" aria-hidden="true" />
      </div>
      <p class="script-left numeric">{left}</p>
    </section>
  );
}

function Part({ heading, lines }: { heading: boolean; lines: readonly string[] }) {
  const shown = lines.map((line, index) => (
    <span class="script-line" key={index}>
      {emphasised(line).map(({ text, strong }, part) =>
        strong ? <strong key={part}>{text}</strong> : <span key={part}>{text}</span>,
      )}
    </span>
  ));
  return heading ? <h2 class="script-heading">{shown}</h2> : <p class="script-paragraph">{shown}</p>;
}
