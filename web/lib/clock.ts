import type { ClockView } from "./wire.gen";

/** How urgent a clock is; over: the time is up. */
export type Phase = "calm" | "warning" | "danger" | "over";

/** Milliseconds left of a countdown (below zero: overtime), or gone by of a countup. */
export function shown(clock: ClockView, now: number): number {
  const at = clock.paused_at ?? now;
  return clock.kind === "countdown" ? clock.mark - at : at - clock.mark;
}

export function phase(clock: ClockView, now: number): Phase {
  if (clock.kind === "countup") return "calm";
  const left = shown(clock, now);
  if (left <= 0) return "over";
  if (left <= clock.danger) return "danger";
  return left <= clock.warning ? "warning" : "calm";
}

/** Milliseconds until a running clock shows something else. */
export function untilTurn(clock: ClockView, now: number): number {
  const exact = shown(clock, now);
  if (clock.kind === "countup") return 1000 - (((exact % 1000) + 1000) % 1000);
  return exact - (Math.ceil(exact / 1000) - 1) * 1000;
}

/**
 * Minutes and seconds, hours where there are any: a countdown reaches 0:00 at its very end and counts on below zero, a
 * countup begins at 0:00. With the proper minus sign.
 */
export function clockText(clock: ClockView, now: number): string {
  const exact = shown(clock, now) / 1000;
  const seconds = clock.kind === "countdown" ? Math.ceil(exact) : Math.floor(exact);
  const total = Math.abs(seconds);
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60];
  const tail = String(total % 60).padStart(2, "0");
  const sign = seconds < 0 ? "−" : "";
  return sign + (hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`);
}
