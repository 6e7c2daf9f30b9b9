import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { readLink } from "../lib/link";
import type { Podium } from "../lib/podium";
import type { Reading } from "../lib/wire.gen";
import { MIRRORS } from "../stage/mirror";
import { type Options, optionsOf, query } from "../stage/options";

const IDLE = 4_000;
/** A cut shorter than this heals unnoticed (milliseconds). */
const PATIENCE = 5_000;
/** How often the host hears how this screen is: often enough to miss it before the screen marks the cut itself. */
const REPORT = 1_000;

export const link = readLink();
export const options = optionsOf("prompt");
/** Where this screen is in the script; null while it shows none. */
export const reading = signal<Reading | null>(null);

export function set(changed: Partial<Options>): void {
  options.value = { ...options.peek(), ...changed };
}

export function turnMirror(): void {
  const next = MIRRORS[(MIRRORS.indexOf(options.peek().mirror) + 1) % MIRRORS.length] ?? "";
  set({ mirror: next });
}

effect(() => {
  const { ground, font } = options.value;
  const { dataset } = document.documentElement;
  dataset["kernTheme"] = ground === "light" ? "light" : "dark";
  dataset["ground"] = ground;
  dataset["font"] = font;
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
      // a button pressed by hand keeps the focus, and would take the next Enter for itself
      const focused = document.activeElement;
      if (focused instanceof HTMLElement && !focused.matches(":focus-visible, dialog *")) focused.blur();
    }, IDLE);
  };
  // no keys: a clicker would call them at every paragraph, and who uses a keyboard reaches them by Tab
  document.addEventListener("pointerdown", wake);
  document.addEventListener("pointermove", ({ movementX, movementY }) => {
    // a mouse that rests is told to move whenever something is drawn under it
    if (movementX !== 0 || movementY !== 0) wake();
  });
  return awake;
})();

/** Since when the server was not heard of, once that is worth a mark; a page just loaded counts from its loading. */
export function lostSince(heardAt: number | null, loadedAt: number, now: number): number | null {
  const since = heardAt ?? loadedAt;
  return now - since >= PATIENCE ? since : null;
}

/** Keeps the screen from sleeping while the page is in sight; browsers take the lock back whenever it is not. */
export function stayAwake(): () => void {
  const ask = () => {
    if (document.visibilityState !== "visible") return;
    // refused on an empty battery and without HTTPS: nothing depends on it
    navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => document.removeEventListener("visibilitychange", ask);
}

export function toggleFullScreen(): void {
  const change = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen?.();
  change?.catch(() => undefined);
}

/** Tells the host how this screen is: now, every second, and when something of it changes. */
export function report(podium: Podium): () => void {
  const say = () => {
    const { mode, name } = options.value;
    const look = query({ ...options.value, name: "", mirror: "" });
    podium.send({
      type: "screen",
      name: name || null,
      width: innerWidth,
      height: innerHeight,
      mode,
      round_trip: podium.roundTrip === null ? null : Math.round(podium.roundTrip),
      look,
      reading: reading.peek(),
    });
  };
  const timer = setInterval(say, REPORT);
  addEventListener("resize", say);
  const steered = computed(() => {
    const { line, speed, running } = reading.value ?? {};
    return [line, speed, running].join();
  });
  const stop = effect(() => {
    steered.value;
    if (podium.connection.value.kind === "live") say();
  });
  return () => {
    clearInterval(timer);
    removeEventListener("resize", say);
    stop();
  };
}

/**
 * Lets a reload work without a network, with the parts of the page that nobody has opened yet and every font. Refused
 * without HTTPS and in private windows: nothing else depends on it.
 */
export function workOffline(parts: () => Promise<unknown>): void {
  navigator.serviceWorker
    ?.register("/prompt-worker.js", { scope: "/prompt/" })
    .then(async () => {
      const { active } = await navigator.serviceWorker.ready;
      await Promise.all([parts(), ...[...document.fonts].map((font) => font.load())]);
      const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
      const kept = loaded.filter((path) => path.startsWith("/assets/"));
      active?.postMessage({ keep: [location.pathname, ...kept] });
    })
    .catch(() => undefined);
}

/** Whether keys are meant for what has the focus: text fields and dialogs. A slider takes none from a clicker. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input:not([type=range], [type=checkbox], [type=radio]), textarea, select, dialog *"))
  );
}
