import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { announce } from "../lib/a11y";
import { formatTime, language } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import { noticeOf, Stage, tenth } from "../lib/stage";
import { PANEL, type QuestionView } from "../lib/wire.gen";
import { asker, Card, Fitted, Label, Next, spoken, Waiting } from "../stage/card";
import { Clocks } from "../stage/clocks";
import { intakeText } from "../stage/intake";
import { words as ofStage } from "../stage/words";
import { Icon } from "../ui/icon";
import { late } from "../ui/late";
import { Cues, markCues, read } from "./cues";
import { Asked } from "./requests";
import { isTyping, link, lostSince, options, report, stayAwake } from "./screen";
import { words } from "./words";

// the question first: most prompters show nothing else, beside a stage
const Script = late(() => import("./script"));
const Controls = late(() => import("./controls"));
const Picture = late(() => import("./picture"));

const SHOUT = 6_000;
const LOADED = Date.now();
const shouted = signal(0);

/** The host asks which display this is. */
export function shout(): void {
  const mine = Date.now();
  shouted.value = mine;
  setTimeout(() => {
    if (shouted.peek() === mine) shouted.value = 0;
  }, SHOUT);
}

export function Page({ podium, place }: { podium: Podium; place: string }) {
  const { room } = podium;
  const stage = useMemo(() => new Stage(room), [podium]);
  const prompt = room.prompt.value;
  const onAir = prompt?.on_air ?? null;
  const name = place === PANEL ? words().stage : room.panellistName(place);
  const title = room.about.value?.title ?? "";
  const { mode, mirror, picture } = options.value;
  const open = stage.placeCues.value;
  const feed = room.about.value?.feeds.find((one) => room.isLive(one));

  useEffect(stayAwake, []);
  useEffect(() => report(podium), [podium]);
  useEffect(() => {
    document.title = `${name} · ${words().place} · ${title}`;
  });
  const number = onAir?.number;
  useEffect(() => {
    if (onAir) announce(`${ofStage().now}: ${onAir.text}`);
  }, [number]);
  useEffect(() => {
    const mark = () => markCues(podium, stage);
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [open]);
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      // asked at the press: effects run after the cue is painted, and a key may be quicker
      const cue = stage.placeCues.peek()[0];
      if (!cue || isTyping(event.target) || event.target instanceof HTMLButtonElement) return;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        read(podium, cue);
      }
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [stage]);

  return (
    <div class="prompt" data-mirror={mirror || undefined} data-mode={mode}>
      <main id="main" class="surface">
        <h1 class="visually-hidden">{`${name}, ${title}`}</h1>
        <Cues podium={podium} open={open} />
        <div class="surface-top">
          <p class="surface-label">
            {onAir ? (
              <Label question={onAir} place={place} nameOf={(one) => room.panellistName(one)} />
            ) : (
              name
            )}
          </p>
          <Notice podium={podium} />
          <Intake podium={podium} />
          <Asked podium={podium} stage={stage} />
          <Lost podium={podium} />
          <Clocks own={stage.clock(place)} session={stage.session} now={() => podium.now()} />
        </div>
        {picture && feed && <Picture room={link.room} feed={feed} />}
        {mode === "script" ? (
          <>
            {onAir && <Beside question={onAir} briefing={prompt?.briefing ?? null} />}
            <Script script={stage.script(place)} />
          </>
        ) : (
          <>
            {onAir ? (
              <Card question={onAir} briefing={prompt?.briefing ?? null} />
            ) : (
              <Waiting elsewhere={room.stage.value?.on_air != null} coming={prompt?.next != null} />
            )}
            {prompt && <Next prompt={prompt} />}
          </>
        )}
      </main>
      {shouted.value > 0 && (
        <div class="shout" role="alert">
          <p>{words().shout}</p>
          <p class="shout-name">{options.value.name || name}</p>
        </div>
      )}
      <Controls podium={podium} stage={stage} place={place} />
    </div>
  );
}

/** The question beside the speaker's own text. */
function Beside({ question, briefing }: { question: QuestionView; briefing: string | null }) {
  return (
    <section class="beside" aria-label={ofStage().now} key={question.number}>
      <Fitted text={question.text} language={spoken(question.language)}>
        <p class="next-asker">
          {[asker(question) || ofStage().anonymous, briefing].filter(Boolean).join(" · ")}
        </p>
      </Fitted>
    </section>
  );
}

function Notice({ podium }: { podium: Podium }) {
  const notice = noticeOf(podium.room);
  if (!notice) return null;
  const [own, other] = language.value === "de" ? [notice.de, notice.en] : [notice.en, notice.de];
  return <p class="surface-notice">{own ?? other ?? ofStage().notice[notice.kind]}</p>;
}

/** Speakers know why no new questions come. */
function Intake({ podium }: { podium: Podium }) {
  const text = intakeText(podium.room);
  return text === null ? null : <p class="surface-notice">{text}</p>;
}

function Lost({ podium }: { podium: Podium }) {
  tenth.value;
  const since = lostSince(podium.heardAt, LOADED, Date.now());
  if (since === null) return null;
  return (
    <p class="surface-lost">
      <Icon name="signalOff" />
      {words().lost(formatTime(since))}
    </p>
  );
}
