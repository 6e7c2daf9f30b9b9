import { formatMoment } from "../lib/i18n";
import type { PlayState } from "../lib/media/whep";
import type { Podium } from "../lib/podium";
import type { Room } from "../lib/room";
import { noticeOf } from "../lib/stage";
import { Icon } from "../ui";
import { words } from "./words";

interface PosterProps {
  podium: Podium;
  state: PlayState;
  hasPlayed: boolean;
}

/** A calm picture for the time without one, and a small word where the last picture still stands. */
export function Poster({ podium, state, hasPlayed }: PosterProps) {
  const { stage } = words();
  if (state.kind === "playing") return null;
  if (state.kind === "reconnecting" && hasPlayed) return <p class="theatre-note">{stage.reconnecting}</p>;
  const starts = podium.room.about.value?.starts ?? null;
  const [title, text] = said(state, { hasPlayed, isOver: isOver(podium.room), starts, now: podium.now() });
  return (
    <div class="poster">
      <span class="poster-mark" data-busy={state.kind === "failed" ? undefined : ""}>
        <Icon name={state.kind === "failed" ? "warning" : "panel"} />
      </span>
      <p class="poster-title">{title}</p>
      {text && <p class="poster-text">{text}</p>}
    </div>
  );
}

/** No more questions are taken or everybody was thanked: nobody knows whether a picture comes again. */
export function isOver(room: Room): boolean {
  return room.intake.value?.state === "closed" || noticeOf(room)?.kind === "thank_you";
}

interface Evening {
  hasPlayed: boolean;
  isOver: boolean;
  /** When it begins, if the organiser said so, and the time now: milliseconds since the Unix epoch. */
  starts: number | null;
  now: number;
}

/** What is said instead of a picture: a line, and what people may expect. */
export function said(
  state: PlayState,
  { hasPlayed, isOver, starts, now }: Evening,
): readonly [string, string] {
  const { stage } = words();
  if (state.kind === "failed")
    return state.reason === "unsupported"
      ? [stage.unsupported, stage.unsupportedText]
      : [stage.rejected, stage.rejectedText];
  if (state.kind !== "waiting") return [stage.loading, ""];
  if (isOver) return [stage.silent, stage.silentText];
  if (starts !== null && starts > now) return [stage.starts(formatMoment(starts)), stage.soonText];
  return hasPlayed ? [stage.pause, stage.pauseText] : [stage.soon, stage.soonText];
}
