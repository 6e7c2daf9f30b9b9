import type { Room } from "../lib/room";
import { type Block, blockAt } from "../lib/script";
import {
  type CueView,
  PANEL,
  type PromptView,
  type RequestView,
  type ScreenView,
  type StaffQuestionView,
} from "../lib/wire.gen";

const questionOf = (room: Room, number: number | null | undefined) =>
  room.question(number ?? null) as StaffQuestionView | null;

const panellists = (room: Room) => (room.about.value?.panellists ?? []).map(({ id }) => id);

/** The running orders as they come: the one that is being heard or was last, the panel's, the others. */
function turns(room: Room): readonly string[] {
  const aired = room.staffQuestions.value.filter(({ aired_at }) => aired_at !== null);
  const latest =
    questionOf(room, room.stage.value?.on_air) ?? latestBy(aired, ({ aired_at }) => aired_at ?? 0);
  return [...new Set([latest?.queue ?? PANEL, PANEL, ...panellists(room)])];
}

/** What the screen of a place shows: for a panellist's what is asked of that one or of all, for the stage's whatever is
 * asked, and next what "next" puts on air. The server tells each screen its own; staff are told the questions and work it out. */
export function promptOf(room: Room, place: string): PromptView {
  const asked = questionOf(room, room.stage.value?.on_air);
  const isFor = (queue: string | null) => place === PANEL || queue === place || queue === PANEL;
  const onAir = asked && isFor(asked.queue) ? asked : null;
  const order = place === PANEL ? turns(room) : [place, PANEL];
  const waiting = order.flatMap((name) => room.queue(name));
  const next = questionOf(room, waiting[0]);
  return {
    on_air: onAir,
    briefing: onAir?.briefing ?? null,
    next,
    next_briefing: next?.briefing ?? null,
    waiting: Math.max(waiting.length - 1, 0),
    others: panellists(room)
      .map((one) => ({ place: one, on_air: asked?.queue === one, waiting: room.queue(one).length }))
      .filter((other) => other.place !== place && (other.on_air || other.waiting > 0)),
  };
}

/** The question that "next" puts on air: of the running order that is being heard, else of the panel's, else of any. */
export function following(room: Room): StaffQuestionView | null {
  const name = turns(room).find((queue) => room.queue(queue).length > 0);
  return name === undefined ? null : questionOf(room, room.queue(name)[0]);
}

/** The step that "back" takes back: the airing of what is on air, else the last one that took something off air. */
export function backOf(room: Room): { question: StaffQuestionView; step: number } | null {
  const onAir = questionOf(room, room.stage.value?.on_air);
  const left = room.staffQuestions.value.filter(
    ({ state, aired_at }) => aired_at !== null && (state === "answered" || state === "queued"),
  );
  const question = onAir ?? latestBy(left, ({ since }) => since);
  return question?.step == null ? null : { question, step: question.step };
}

function latestBy<Item>(items: readonly Item[], at: (item: Item) => number): Item | null {
  return items.reduce<Item | null>((last, item) => (last && at(last) > at(item) ? last : item), null);
}

/** What a granted request leaves for the host to do: nothing on air changes by itself. */
export type Offer =
  | { readonly kind: "skip"; readonly question: number }
  | { readonly kind: "give"; readonly question: number; readonly to: string };

export function offerOf(room: Room, request: RequestView): Offer | null {
  const question = questionOf(room, room.stage.value?.on_air);
  if (!request.granted || !question || request.question !== question.number) return null;
  // asked about an earlier time on air of the same question
  if (request.at < (room.stage.value?.since ?? 0)) return null;
  if (request.kind === "skip") return { kind: "skip", question: question.number };
  const to = request.kind === "take" ? request.place : request.kind === "pass_on" ? request.to : null;
  return to === null || question.queue === to ? null : { kind: "give", question: question.number, to };
}

/** Prompters report every second and mark a cut after three to five: by then the host knows (milliseconds). */
const SILENT_AFTER = 2_500;

export type Health = "well" | "silent" | "gone";

export function healthOf(screen: ScreenView, now: number): Health {
  if (screen.gone !== null) return "gone";
  return now - screen.seen > SILENT_AFTER ? "silent" : "well";
}

/** The cues that the screen of this place shows, oldest first. */
export function openCues(cues: readonly CueView[], place: string): readonly CueView[] {
  return cues.filter(({ marks, withdrawn }) => !withdrawn && marks[place] && marks[place].mark !== "read");
}

/** The cue that somebody at this place acknowledged last. */
export function acknowledged(cues: readonly CueView[], place: string): { cue: CueView; at: number } | null {
  const read = cues.flatMap((cue) => {
    const mark = cue.marks[place];
    return mark?.mark === "read" ? [{ cue, at: mark.at }] : [];
  });
  return latestBy(read, ({ at }) => at);
}

/**
 * The line of the part to step to from where the reading is; null where there is none. A part that is well begun is
 * begun again before the one above it comes.
 */
export function stepLine(
  blocks: readonly Block[],
  line: number,
  share: number,
  direction: 1 | -1,
): number | null {
  const at = blockAt(blocks, line);
  const isBegun = direction === -1 && share > BEGUN;
  return blocks[isBegun ? at : at + direction]?.line ?? null;
}

/** The place whose text keys run: the one that was run last, else the first whose screen shows its text. */
export function keyedPlace(
  places: readonly string[],
  screens: readonly ScreenView[],
  last: string | null,
): string | null {
  const reading = places.filter((place) =>
    screens.some((screen) => screen.place === place && screen.reading !== null),
  );
  return reading.find((place) => place === last) ?? reading[0] ?? null;
}

/** Of the height of a part. */
const BEGUN = 0.1;

/** The next time the clock of this device shows a time of day such as "15:30", milliseconds; null for no such time. */
export function nextTime(time: string, now: number): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const at = new Date(now);
  at.setHours(Number(hours), Number(minutes), 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.getTime();
}
