/** A cue that nobody has acknowledged calls once more after this (milliseconds). */
export const CALL_AGAIN = 12_000;
/** From the beginning of one call to that of the next, whatever is sent: three flashes in any second stay the most. */
const APART = 3_000;

/** Milliseconds until a screen that called last at some time may call again. */
export function untilCall(calledAt: number, now: number): number {
  return Math.min(APART, Math.max(0, calledAt + APART - now));
}
