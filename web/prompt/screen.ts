import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { ConnectionState } from "../lib/connection";
import { remembered } from "../lib/storage";
import { MIRRORS, type Mirror, mirrorOf, withMirror } from "./mirror";

const IDLE = 4_000;
const PATIENCE = 5_000;

export const mirror = signal<Mirror>(mirrorOf(location.search));

/** The next mirror; the address keeps it, so that a reload and a copied link show the same. */
export function turnMirror(): void {
  mirror.value = MIRRORS[(MIRRORS.indexOf(mirror.value) + 1) % MIRRORS.length] ?? "";
  history.replaceState(history.state, "", withMirror(location, mirror.value));
}

export const ground = remembered<"dark" | "light">("prompt.ground", "dark");

effect(() => {
  document.documentElement.dataset["kernTheme"] = ground.value;
});

/** Whether somebody touches the screen or moves the pointer: only then are controls of use. */
export const touched: ReadonlySignal<boolean> = (() => {
  const awake = signal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wake = () => {
    awake.value = true;
    clearTimeout(timer);
    timer = setTimeout(() => {
      awake.value = false;
    }, IDLE);
  };
  for (const kind of ["pointermove", "pointerdown", "keydown"]) document.addEventListener(kind, wake);
  return awake;
})();

/** Since when the connection is lost, once that is worth a mark: a short cut heals unnoticed. */
export function lostSince(connection: ReadonlySignal<ConnectionState>): ReadonlySignal<number | null> {
  const lost = signal<number | null>(null);
  // every attempt to come back is a change of state; only whether it is lost counts here
  const isLost = computed(() => connection.value.kind !== "live" && connection.value.kind !== "connecting");
  effect(() => {
    if (!isLost.value) {
      lost.value = null;
      return undefined;
    }
    const since = Date.now();
    const timer = setTimeout(() => {
      lost.value = since;
    }, PATIENCE);
    return () => clearTimeout(timer);
  });
  return lost;
}

/** Keeps the screen from sleeping while the page is in sight; browsers take the lock back whenever it is not. */
export function stayAwake(): void {
  const ask = () => {
    if (document.visibilityState !== "visible") return;
    // refused on an empty battery and without HTTPS: nothing depends on it
    navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

export function toggleFullScreen(): void {
  const change = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen?.();
  change?.catch(() => undefined);
}
