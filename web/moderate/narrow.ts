import { type ReadonlySignal, signal } from "@preact/signals";

const query = matchMedia("(max-width: 63.99rem)");
const matches = signal(query.matches);
query.addEventListener("change", () => {
  matches.value = query.matches;
});

/** Whether the screen shows one section at a time. The same width stands in layout.css. */
export const narrow: ReadonlySignal<boolean> = matches;
