import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { announce } from "../lib/a11y";
import { formatDuration } from "../lib/i18n";
import type { Link } from "../lib/link";
import { Publisher, type PublishState } from "../lib/media/whip";
import type { Podium } from "../lib/podium";
import { IntakeNotice } from "../stage/intake";
import { RoomNotice } from "../stage/roomnotice";
import {
  Badge,
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
import { Controls, Prepare, Trouble } from "./controls";
import { Encoder } from "./encoder";
import { Health } from "./health";
import { Devices } from "./panels";
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
      <RoomNotice room={podium.room} />
      <main id="main" class="studio" tabIndex={-1}>
        <IntakeNotice room={podium.room} />
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
  const publisher = useMemo(() => new Publisher({ room: link.room, feed, token: link.token }), [link, feed]);
  const stream = capture.stream.value;
  const state = publisher.state.value;
  const kind = state.kind;
  const isOn = kind === "live" || kind === "connecting" || kind === "reconnecting";

  useEffect(() => () => publisher.stop(), [publisher]);
  useEffect(() => () => capture.stop(), [capture]);
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
        <Health link={link} feed={feed} roundTripMs={publisher.statistics.value?.roundTripMs ?? null} />
        {stream && <Devices capture={capture} stream={stream} />}
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
