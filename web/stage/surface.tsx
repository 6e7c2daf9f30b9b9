import type { ComponentChildren } from "preact";
import type { Room } from "../lib/room";
import { noticeOf, type Stage } from "../lib/stage";
import type { PromptView } from "../lib/wire.gen";
import { Icon } from "../ui/icon";
import { askedNow, Card, Label, Next, Waiting } from "./card";
import { Clocks } from "./clocks";
import { intakeText } from "./intake";
import type { Options } from "./options";
import { noticeText } from "./roomnotice";
import { words } from "./words";

interface SurfaceProps {
  room: Room;
  stage: Stage;
  place: string;
  prompt: PromptView | null;
  mode: Options["mode"];
  nameOf: (place: string) => string;
  /** The server's time. */
  now: () => number;
  /** In a row of its own above everything. */
  cue?: ComponentChildren;
  /** Beside the label: what this screen alone knows. */
  state?: ComponentChildren;
  picture?: ComponentChildren;
  /** In script mode: the speaker's own text, and the question on air beside it. */
  script: ComponentChildren;
}

/** All that a speaker reads: the same on the screen itself and in the host's preview of it. */
export function Surface(props: SurfaceProps) {
  const { room, stage, place, prompt, mode, nameOf, now, cue, state, picture, script } = props;
  const onAir = prompt?.on_air ?? null;
  const briefing = prompt?.briefing ?? null;
  const notice = noticeOf(room);
  // speakers know why no new questions come
  const notices = [notice && noticeText(notice), intakeText(room)].filter((text) => text !== null);
  return (
    <>
      {cue}
      <div class="surface-top">
        <p class="surface-label">
          {onAir ? (
            <Label question={onAir} place={place} nameOf={nameOf} />
          ) : (
            (mode === "script" && askedNow(prompt, nameOf)) || nameOf(place)
          )}
        </p>
        {notices.map((text) => (
          <p class="surface-notice" key={text}>
            {text}
          </p>
        ))}
        {state}
        <Clocks own={stage.clock(place)} session={stage.session} now={now} />
      </div>
      {picture}
      {mode === "script" ? (
        script
      ) : (
        <>
          {onAir ? (
            <Card question={onAir} briefing={briefing} />
          ) : (
            <Waiting prompt={prompt} nameOf={nameOf} />
          )}
          {prompt && <Next prompt={prompt} nameOf={nameOf} />}
        </>
      )}
    </>
  );
}

/** What a cue says, and how many wait behind it. */
export function CueText({ text, more }: { text: string; more: number }) {
  return (
    <>
      <span class="cue-text">{text}</span>
      <span class="cue-action">
        <Icon name="answer" />
        {words().cueTap}
        {more > 0 && <span> · {words().cueMore(more)}</span>}
      </span>
    </>
  );
}
