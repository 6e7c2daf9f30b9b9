import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Player, PlayState } from "../lib/media/whep";
import type { Podium } from "../lib/podium";
import { remembered } from "../lib/storage";
import { Badge, Button, IconButton } from "../ui";
import { isFullscreen, toggleFullscreen } from "./fullscreen";
import { Poster } from "./poster";
import { words } from "./words";

const volume = remembered("volume", 1);
const FEED = "programme";
/** Loads while the rest of the page is being drawn. */
const whep = import("../lib/media/whep");

/** The live picture. It starts by itself and silent; sound comes with a click, as browsers and people want it. */
export function Stage({ podium, room }: { podium: Podium; room: string }) {
  const player = useSignal<Player | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const muted = useSignal(true);
  const paused = useSignal(true);
  const hasPlayed = useSignal(false);

  useEffect(() => {
    void whep.then(({ Player }) => {
      const created = new Player({ room, feed: FEED });
      created.attach(video.current, still.current);
      created.start();
      player.value = created;
    });
    return () => player.peek()?.stop();
  }, [player, room]);
  useSignalEffect(() => {
    if (podium.room.isLive(FEED)) player.value?.publisherIsLive();
  });
  useSignalEffect(() => {
    if (player.value?.state.value.kind === "playing") hasPlayed.value = true;
  });

  const play = () => {
    // a browser that forbids even this leaves the button where it is
    video.current?.play().catch(() => undefined);
  };
  const setSound = (on: boolean, level = volume.peek()) => {
    if (!video.current) return;
    video.current.muted = !on;
    video.current.volume = on && level === 0 ? 1 : level;
    if (on) play();
  };
  const turnOn = () => {
    setSound(true);
    // this button goes away, the one below goes on
    frame.current?.querySelector<HTMLElement>(".sound")?.focus();
  };
  const state: PlayState = player.value?.state.value ?? { kind: "connecting" };
  const isPlaying = state.kind === "playing";

  return (
    <section
      id="stage"
      class="stage"
      aria-labelledby="stage-title"
      tabIndex={-1}
      data-picture={hasPlayed.value ? "" : undefined}
    >
      <h2 id="stage-title" class="visually-hidden">
        {words().stage.title}
      </h2>
      <div class="theatre" ref={frame}>
        <div class="theatre-picture">
          <video
            ref={video}
            muted
            autoplay
            playsInline
            aria-label={words().stage.title}
            onVolumeChange={(event) => {
              muted.value = event.currentTarget.muted || event.currentTarget.volume === 0;
              if (!event.currentTarget.muted) volume.value = event.currentTarget.volume;
            }}
            onPlay={() => {
              paused.value = false;
            }}
            onPause={() => {
              paused.value = true;
            }}
          />
          <canvas ref={still} class="theatre-still" hidden={isPlaying} />
          <Poster podium={podium} state={state} hasPlayed={hasPlayed.value} />
          {isPlaying && muted.value && (
            <Button kind="primary" icon="volumeOff" class="theatre-sound" onClick={turnOn}>
              {words().stage.sound}
            </Button>
          )}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups form fields, these are controls of the picture */}
        <div class="controls" role="group" aria-label={words().stage.controls}>
          <IconButton
            icon={paused.value ? "play" : "pause"}
            label={paused.value ? words().stage.play : words().stage.halt}
            disabled={!isPlaying}
            onClick={() => (paused.value ? play() : video.current?.pause())}
          />
          <IconButton
            class="sound"
            icon={muted.value ? "volumeOff" : "volume"}
            label={muted.value ? words().stage.sound : words().stage.mute}
            disabled={!isPlaying}
            onClick={() => setSound(muted.value)}
          />
          <input
            class="volume"
            type="range"
            min="0"
            max="1"
            step="0.05"
            aria-label={words().stage.volume}
            disabled={!isPlaying}
            value={muted.value ? 0 : volume.value}
            onInput={(event) => {
              const level = event.currentTarget.valueAsNumber;
              setSound(level > 0, level);
            }}
          />
          <Facts podium={podium} isPlaying={isPlaying} />
          <IconButton
            icon="fullscreen"
            label={isFullscreen.value ? words().stage.leaveFullscreen : words().stage.fullscreen}
            disabled={!hasPlayed.value}
            onClick={() => toggleFullscreen(frame.current, video.current)}
          />
        </div>
      </div>
    </section>
  );
}

/** Whether it is live, and how many are here. */
function Facts({ podium, isPlaying }: { podium: Podium; isPlaying: boolean }) {
  const attending = useComputed(() => words().stage.attending(podium.room.attending.value));
  return (
    <p class="controls-facts numeric">
      {isPlaying && (
        <Badge tone="live" icon="live">
          {words().stage.live}
        </Badge>
      )}
      {podium.room.ready.value && <span>{attending}</span>}
    </p>
  );
}
