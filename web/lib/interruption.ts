import { effect, type ReadonlySignal } from "@preact/signals";
import { announce } from "./a11y";
import type { ConnectionState } from "./connection";
import { connectionSentence } from "./sentences";

/** A connection that is back so soon was hardly gone; milliseconds. */
const HICCUP = 3_000;

/** Says that the connection is gone, and that it is back, to those who do not see the mark; a function that ends it. */
export function tellInterruptions(connection: ReadonlySignal<ConnectionState>): () => void {
  let isTold = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    timer = undefined;
    isTold = true;
    announce(connectionSentence(connection.peek()));
  };
  const stop = effect(() => {
    const { kind } = connection.value;
    if (kind === "stale" || kind === "offline") {
      if (!isTold) timer ??= setTimeout(tell, HICCUP);
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    if (kind === "live" && isTold) announce(connectionSentence(connection.peek()));
    isTold = false;
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
