import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo } from "preact/hooks";
import { announce } from "../lib/a11y";
import { formatTime } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import { Stage } from "../lib/stage";
import { PANEL } from "../lib/wire.gen";
import { Surface } from "../stage/surface";
import { words as ofStage } from "../stage/words";
import { Icon } from "../ui/icon";
import { late } from "../ui/late";
import { second } from "../ui/second";
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
/** What uses Enter and the space bar itself. */
const isControl = (target: EventTarget | null) =>
  isTyping(target) || (target instanceof HTMLElement && target.matches("button, input"));
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
  const nameOf = (one: string) => (one === PANEL ? words().stage : room.panellistName(one));
  const name = nameOf(place);
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
  // before the first picture: whoever sees a cue can press a key
  useLayoutEffect(() => {
    const key = (event: KeyboardEvent) => {
      // asked at the press, which may come before anything runs after the picture
      const cue = stage.placeCues.peek()[0];
      if (!cue || isControl(event.target)) return;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        read(podium, cue);
      }
    };
    // captured: before the same key moves the text
    document.addEventListener("keydown", key, true);
    return () => document.removeEventListener("keydown", key, true);
  }, [stage]);

  return (
    <div class="prompt" data-mirror={mirror || undefined} data-mode={mode}>
      <main id="main" class="surface" data-mode={mode}>
        <h1 class="visually-hidden">{`${name}, ${title}`}</h1>
        <Surface
          room={room}
          stage={stage}
          place={place}
          prompt={prompt}
          mode={mode}
          nameOf={nameOf}
          now={() => podium.now()}
          cue={<Cues podium={podium} open={open} />}
          state={
            <>
              <Asked podium={podium} stage={stage} />
              <Lost podium={podium} />
            </>
          }
          picture={picture && feed && <Picture room={link.room} feed={feed} />}
          script={
            <Script
              prompt={prompt}
              script={stage.script(place)}
              orders={stage.orders.value.get(place) ?? null}
            />
          }
        />
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

function Lost({ podium }: { podium: Podium }) {
  second.value;
  const since = lostSince(podium.heardAt, LOADED, Date.now());
  if (since === null) return null;
  return (
    <p class="surface-lost">
      <Icon name="signalOff" />
      {words().lost(formatTime(since))}
    </p>
  );
}
