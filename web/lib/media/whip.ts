import { type ReadonlySignal, signal } from "@preact/signals";
import { Comeback } from "./comeback";
import { adapt, addPicture, largest } from "./encodings";
import { type Down, Session } from "./session";

/** How sending goes. feed_taken: somebody else publishes this feed now. */
export type PublishState =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "live"; readonly since: number }
  | { readonly kind: "reconnecting"; readonly retryAt: number | null }
  | {
      readonly kind: "failed";
      readonly reason: "token" | "feed_taken" | "not_found" | "rejected" | "unsupported";
    };

/** Bits per second of everything that is sent; the picture is the largest layer of it. */
export interface PublishStatistics {
  readonly bitsPerSecond: number;
  readonly framesPerSecond: number;
  readonly width: number;
  readonly height: number;
  readonly roundTripMs: number | null;
}

export interface PublisherOptions {
  readonly room: string;
  readonly feed: string;
  readonly token: string | null;
}

const LOOK = 1_000;

/** Sends camera, microphone or screen to a feed and comes back by itself. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #state = signal<PublishState>({ kind: "idle" });
  readonly #statistics = signal<PublishStatistics | null>(null);
  #session: Session | null = null;
  #stream: MediaStream | null = null;
  readonly #comeback = new Comeback();
  #looking: ReturnType<typeof setInterval> | undefined;
  #bytes = 0;

  readonly state: ReadonlySignal<PublishState> = this.#state;
  readonly statistics: ReadonlySignal<PublishStatistics | null> = this.#statistics;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  start(stream: MediaStream): void {
    this.#stream = stream;
    this.#comeback.succeeded();
    if (typeof RTCPeerConnection === "undefined")
      this.#state.value = { kind: "failed", reason: "unsupported" };
    else this.#open();
  }

  /** Another device or the screen, without a break for those who watch. */
  replace(stream: MediaStream): void {
    this.#stream = stream;
    for (const { sender, receiver } of this.#session?.peer.getTransceivers() ?? []) {
      // a track that has just ended cannot be sent; the next call brings its successor
      sender.replaceTrack(trackOf(stream, receiver.track.kind)).catch(() => undefined);
    }
    this.#adapt();
  }

  stop(): void {
    this.#leave();
    this.#state.value = { kind: "idle" };
  }

  #open(): void {
    this.#leave();
    const { room, feed, token } = this.#options;
    if (this.#state.peek().kind !== "reconnecting") this.#state.value = { kind: "connecting" };
    this.#session = new Session({
      endpoint: `/whip/${encodeURIComponent(room)}/${encodeURIComponent(feed)}`,
      token,
      prepare: (peer) => {
        for (const kind of ["video", "audio"]) this.#send(peer, kind);
      },
      onUp: () => this.#up(),
      onDown: (down) => this.#down(down),
    });
  }

  /** Both kinds are always offered, so that a microphone or a picture can come later without a new session. */
  #send(peer: RTCPeerConnection, kind: string): void {
    const track = this.#stream ? trackOf(this.#stream, kind) : null;
    const options: RTCRtpTransceiverInit = {
      direction: "sendonly",
      ...(this.#stream && { streams: [this.#stream] }),
    };
    if (kind === "video") addPicture(peer, track, options);
    else peer.addTransceiver(track ?? kind, options);
  }

  #adapt(): void {
    const track = this.#stream && trackOf(this.#stream, "video");
    // refused only while it is being negotiated, and then it follows when the session is up
    for (const { sender, receiver } of this.#session?.peer.getTransceivers() ?? [])
      if (receiver.track.kind === "video") adapt(sender, track).catch(() => undefined);
  }

  #up(): void {
    this.#comeback.succeeded();
    this.#bytes = 0;
    this.#adapt();
    if (this.#state.peek().kind !== "live") this.#state.value = { kind: "live", since: Date.now() };
    clearInterval(this.#looking);
    this.#looking = setInterval(() => void this.#look(), LOOK);
  }

  #down(down: Down): void {
    const session = this.#session;
    this.#leave();
    const reason = final(down);
    if (reason) {
      this.#state.value = { kind: "failed", reason };
      return;
    }
    const refusedFor = down.kind === "refused" ? (down.retryAfter ?? 0) : null;
    const pause = this.#comeback.plan(() => void this.#openAgain(session), refusedFor);
    this.#state.value = { kind: "reconnecting", retryAt: Date.now() + pause };
  }

  /** Unless somebody else has taken the feed over: two pages that take it from each other would never end. */
  async #openAgain(before: Session | null): Promise<void> {
    const waiting = this.#state.peek();
    const isTaken = before !== null && (await before.isTakenOver());
    if (this.#state.peek() !== waiting) return; // stopped meanwhile
    if (isTaken) this.#state.value = { kind: "failed", reason: "feed_taken" };
    else this.#open();
  }

  #leave(): void {
    this.#comeback.callOff();
    clearInterval(this.#looking);
    this.#statistics.value = null;
    const session = this.#session;
    this.#session = null;
    session?.close();
  }

  async #look(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const reports = await session.peer.getStats();
    if (session !== this.#session) return;
    let bytes = 0;
    const pictures: RTCOutboundRtpStreamStats[] = [];
    let roundTripMs: number | null = null;
    for (const report of reports.values() as Iterable<RTCStats>) {
      if (report.type === "outbound-rtp") {
        const sent = report as RTCOutboundRtpStreamStats;
        bytes += sent.bytesSent ?? 0;
        if (sent.kind === "video") pictures.push(sent);
      }
      if (report.type === "candidate-pair") {
        const pair = report as RTCIceCandidatePairStats;
        if (pair.nominated && pair.currentRoundTripTime !== undefined)
          roundTripMs = pair.currentRoundTripTime * 1000;
      }
    }
    const bitsPerSecond = this.#bytes ? (Math.max(0, bytes - this.#bytes) * 8 * 1000) / LOOK : 0;
    this.#bytes = bytes;
    const video = largest(pictures);
    this.#statistics.value = {
      bitsPerSecond,
      framesPerSecond: video?.framesPerSecond ?? 0,
      width: video?.frameWidth ?? 0,
      height: video?.frameHeight ?? 0,
      roundTripMs,
    };
  }
}

function trackOf(stream: MediaStream, kind: string): MediaStreamTrack | null {
  return stream.getTracks().find((track) => track.kind === kind) ?? null;
}

type Reason = Extract<PublishState, { kind: "failed" }>["reason"];

/** Why trying again is of no use, null when it is. */
function final(down: Down): Reason | null {
  if (down.kind !== "refused" || down.status >= 500 || down.retryAfter !== null) return null;
  if (down.status === 401 || down.status === 403) return "token";
  if (down.status === 404) return "not_found";
  return down.status === 409 ? "feed_taken" : "rejected";
}
