import { type ReadonlySignal, signal } from "@preact/signals";

let timer: ReturnType<typeof setInterval> | undefined;

/** Changes once a second while somebody reads it: for clocks that run on the page. */
export const second: ReadonlySignal<number> = signal(0, {
  watched() {
    timer = setInterval(() => {
      this.value += 1;
    }, 1000);
  },
  unwatched() {
    clearInterval(timer);
  },
});
