import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { announce } from "../lib/a11y";
import { formatDuration, formatNumber } from "../lib/i18n";
import type { Link } from "../lib/link";
import { Publisher, type PublishState } from "../lib/media/whip";
import type { Podium } from "../lib/podium";
import {
  Badge,
  Button,
  ConnectionNotice,
  connectionOf,
  Icon,
  type IconName,
  Notice,
  PageHeader,
  Select,
  type Tone,
} from "../ui";
import { second } from "../ui/second";
import { Capture } from "./capture";
import { Encoder } from "./encoder";
import { Meter } from "./meter";
import { words } from "./words";

interface PageProps {
  podium: Podium;
  link: Link;
}

export function Page({ podium, link }: PageProps) {
  const about = podium.room.about.value;
  const title = about?.title ?? "";
  const feeds = about?.feeds ?? [];
  const wanted = useSignal<string | null>(null);
  const feed = wanted.value ?? feeds[0] ?? "programme";
  useEffect(() => {
    document.title = `${title} · ${words().place}`;
  });
  return (
    <>
      <PageHeader
        programme={about?.programme ?? ""}
        title={title}
        place={words().place}
        connection={connectionOf(podium.connection.value)}
      />
      <ConnectionNotice podium={podium} />
      <main id="main" class="studio" tabIndex={-1}>
        <Broadcast key={feed} podium={podium} link={link} feed={feed}>
          {feeds.length > 1 && (
            <Select
              label={words().feed}
              value={feed}
              options={feeds.map((value) => ({ value, label: value }))}
              onChange={(value) => {
                wanted.value = value;
              }}
            />
          )}
        </Broadcast>
      </main>
    </>
  );
}

interface BroadcastProps extends PageProps {
  feed: string;
  children: preact.ComponentChildren;
}

function Broadcast({ podium, link, feed, children }: BroadcastProps) {
  const capture = useMemo(() => new Capture(), []);
  const publisher = useMemo(() => {
    // what the room last said counts only while it is heard: after a restart nobody publishes
    const isTaken = () => podium.connection.peek().kind === "live" && podium.room.isLive(feed);
    return new Publisher({ room: link.room, feed, token: link.token, isTaken });
  }, [podium, link, feed]);
  const stream = capture.stream.value;
  const state = publisher.state.value;
  const kind = state.kind;
  const isOn = kind === "live" || kind === "connecting" || kind === "reconnecting";

  useEffect(() => () => publisher.stop(), [publisher]);
  useEffect(() => {
    if (stream && isOn) publisher.replace(stream);
  }, [stream]);
  useAnnounced(state);
  useStayWhile(isOn);

  return (
    <>
      <section class="studio-stage" aria-label={words().preview}>
        <Preview stream={stream} isMirrored={capture.source.value === "camera"} />
        <div class="studio-state">
          {(stream || kind !== "idle") && <StateOf state={state} />}
          {capture.muted.value && (
            <Badge tone="warning" icon="micOff">
              {words().muted}
            </Badge>
          )}
        </div>
        <Trouble capture={capture} />
        {state.kind === "failed" && <Notice tone="danger">{words().failed[state.reason]}</Notice>}
        {kind === "idle" && podium.room.isLive(feed) && <Notice tone="info">{words().taken}</Notice>}
        {stream ? (
          <Controls capture={capture} publisher={publisher} stream={stream} isOn={isOn} />
        ) : (
          <Prepare capture={capture} />
        )}
      </section>
      <div class="studio-side">
        {children}
        {stream && <Devices capture={capture} stream={stream} />}
        {isOn && <Figures podium={podium} publisher={publisher} feed={feed} />}
        {link.token && <Encoder room={link.room} feed={feed} token={link.token} />}
      </div>
    </>
  );
}

/** Says each turn of the broadcast once. */
function useAnnounced(state: PublishState) {
  const before = useRef(state.kind);
  useEffect(() => {
    if (before.current === state.kind) return;
    before.current = state.kind;
    if (state.kind === "failed") announce(words().failed[state.reason]);
    else if (state.kind !== "connecting") announce(words().said[state.kind]);
  }, [state]);
}

/** Asks before somebody closes the page that the room watches. */
function useStayWhile(isOn: boolean) {
  useEffect(() => {
    if (!isOn) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isOn]);
}

function Preview({ stream, isMirrored }: { stream: MediaStream | null; isMirrored: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  if (stream === null)
    return (
      <div class="preview preview-empty">
        <Icon name="camera" />
        <p>{words().state.off}</p>
      </div>
    );
  return (
    <div class="preview">
      <video
        ref={video}
        class={isMirrored ? "preview-mirrored" : ""}
        aria-label={words().preview}
        autoplay
        muted
        playsInline
      />
    </div>
  );
}

const LOOKS: Readonly<Record<PublishState["kind"], { tone: Tone; icon: IconName }>> = {
  idle: { tone: "neutral", icon: "answer" },
  connecting: { tone: "info", icon: "wait" },
  live: { tone: "live", icon: "live" },
  reconnecting: { tone: "warning", icon: "signalOff" },
  failed: { tone: "danger", icon: "warning" },
};

function StateOf({ state }: { state: PublishState }) {
  return (
    <Badge {...LOOKS[state.kind]}>
      {state.kind === "live" ? <Live since={state.since} /> : words().state[state.kind]}
    </Badge>
  );
}

function Live({ since }: { since: number }) {
  second.value;
  return <span class="numeric">{words().state.live(formatDuration(Date.now() - since))}</span>;
}

function Trouble({ capture }: { capture: Capture }) {
  const trouble = capture.trouble.value;
  if (trouble === null) return null;
  const retry = (
    <Button size="s" onClick={() => void capture.useCamera()}>
      {words().retry}
    </Button>
  );
  return (
    <Notice tone="danger" action={retry}>
      {words().trouble[trouble]}
    </Notice>
  );
}

function Prepare({ capture }: { capture: Capture }) {
  return (
    <div class="prepare">
      <p class="muted">{words().prepare.text}</p>
      <div class="studio-controls">
        <Button kind="primary" size="l" icon="camera" onClick={() => void capture.useCamera()}>
          {words().prepare.camera}
        </Button>
        <Button size="l" icon="screen" onClick={() => void capture.useScreen()}>
          {words().prepare.screen}
        </Button>
      </div>
    </div>
  );
}

interface ControlsProps {
  capture: Capture;
  publisher: Publisher;
  stream: MediaStream;
  isOn: boolean;
}

function Controls({ capture, publisher, stream, isOn }: ControlsProps) {
  const muted = capture.muted.value;
  const isScreen = capture.source.value === "screen";
  return (
    <div class="studio-controls">
      {isOn ? (
        <Button kind="danger" size="l" icon="stop" onClick={() => publisher.stop()}>
          {words().stop}
        </Button>
      ) : (
        <Button kind="primary" size="l" icon="live" onClick={() => publisher.start(stream)}>
          {words().start}
        </Button>
      )}
      <Button
        size="l"
        icon={muted ? "micOff" : "mic"}
        aria-pressed={muted}
        onClick={() => capture.mute(!muted)}
      >
        {muted ? words().unmute : words().mute}
      </Button>
      {isScreen ? (
        <Button size="l" icon="camera" onClick={() => void capture.useCamera()}>
          {words().prepare.backToCamera}
        </Button>
      ) : (
        <Button size="l" icon="screen" onClick={() => void capture.useScreen()}>
          {words().prepare.screen}
        </Button>
      )}
    </div>
  );
}

function Devices({ capture, stream }: { capture: Capture; stream: MediaStream }) {
  const choices = (kind: "videoinput" | "audioinput") => [
    { value: "", label: words().standard },
    ...capture.devices(kind).map(({ id, label }) => ({ value: id, label })),
  ];
  return (
    <section class="card studio-devices" aria-labelledby="heading-devices">
      <h2 id="heading-devices">{words().devices}</h2>
      <Select
        label={words().camera}
        value={capture.camera.value}
        options={choices("videoinput")}
        onChange={(id) => {
          capture.camera.value = id;
          void capture.useCamera();
        }}
      />
      <Select
        label={words().microphone}
        value={capture.microphone.value}
        options={choices("audioinput")}
        onChange={(id) => {
          capture.microphone.value = id;
          void capture.useCamera();
        }}
      />
      <Meter stream={stream} muted={capture.muted.value} />
    </section>
  );
}

function Figures({ podium, publisher, feed }: { podium: Podium; publisher: Publisher; feed: string }) {
  const figures = publisher.statistics.value;
  const viewers = useComputed(() => podium.room.viewers.value[feed] ?? 0).value;
  const megabits = (bits: number) => words().figures.megabits(formatNumber(Math.round(bits / 1e5) / 10));
  const rows: readonly (readonly [string, string])[] = [
    [words().figures.viewers, formatNumber(viewers)],
    [words().figures.resolution, figures?.width ? `${figures.width} × ${figures.height}` : "–"],
    [words().figures.rate, figures ? formatNumber(Math.round(figures.framesPerSecond)) : "–"],
    [words().figures.bits, figures ? megabits(figures.bitsPerSecond) : "–"],
    [
      words().figures.delay,
      figures?.roundTripMs == null
        ? "–"
        : words().figures.milliseconds(formatNumber(Math.round(figures.roundTripMs))),
    ],
  ];
  return (
    <section class="card" aria-labelledby="heading-figures">
      <h2 id="heading-figures">{words().figures.title}</h2>
      <dl class="figures">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="numeric">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
