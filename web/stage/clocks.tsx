import { useEffect, useState } from "preact/hooks";
import { clockText, phase, untilTurn } from "../lib/clock";
import { formatTime } from "../lib/i18n";
import type { ClockView } from "../lib/wire.gen";
import { Icon } from "../ui/icon";
import { words } from "./words";

/** At least so often a clock is looked at, should the time itself be set (milliseconds). */
const LOOK = 1_000;

/** Draws again exactly when what is shown changes, so that the clocks on all screens turn at once; null: it stands. */
function useTurn(wait: number | null): void {
  const [, turn] = useState(0);
  useEffect(() => {
    if (wait === null) return undefined;
    const timer = setTimeout(() => turn((turns) => turns + 1), Math.ceil(Math.min(LOOK, wait)));
    return () => clearTimeout(timer);
  });
}

interface ClockProps {
  clock: ClockView;
  label: string;
  now: () => number;
  class?: string;
}

/** A clock that runs by itself; urgency is told by shape and word as well as by colour. */
export function RunningClock({ clock, label, now, class: extra = "" }: ClockProps) {
  const at = now();
  useTurn(clock.paused_at === null ? untilTurn(clock, at) : null);
  const urgency = phase(clock, at);
  const state = clock.paused_at !== null ? words().paused : urgency === "over" ? words().over : "";
  return (
    <p
      class={`clock ${extra}`}
      role="timer"
      aria-live="off"
      data-phase={urgency}
      data-paused={clock.paused_at !== null ? "" : undefined}
    >
      {urgency !== "calm" && <Icon name={urgency === "warning" ? "wait" : "warning"} />}
      <span class="clock-time numeric">{clockText(clock, at)}</span>
      <span class="clock-label">{[label, state].filter(Boolean).join(": ")}</span>
    </p>
  );
}

interface ClocksProps {
  own: ClockView | null;
  session: ClockView | null;
  now: () => number;
}

/** The own time first, then the session's, then the time of day. */
export function Clocks({ own, session, now }: ClocksProps) {
  return (
    <div class="clocks">
      {own && <RunningClock clock={own} label={words().own} now={now} class="clock-own" />}
      {session && <RunningClock clock={session} label={words().session} now={now} />}
      <TimeOfDay now={now} />
    </div>
  );
}

const MINUTE = 60_000;

export function TimeOfDay({ now }: { now: () => number }) {
  const at = now();
  useTurn(MINUTE - (at % MINUTE));
  return <p class="surface-clock numeric">{formatTime(at)}</p>;
}
