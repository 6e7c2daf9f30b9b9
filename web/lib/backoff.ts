/**
 * How long to wait before attempt number `attempt` (0 is the first one after a failure), in milliseconds: doubling up to
 * `longest`, spread over the upper half by `random` (0 to 1), so that a thousand pages do not come at the same moment.
 */
export function backOff(attempt: number, random: number, first = 500, longest = 15_000): number {
  return Math.min(longest, first * 2 ** Math.min(attempt, 30)) * (0.5 + random / 2);
}
