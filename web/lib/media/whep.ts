import { type ReadonlySignal, signal } from "@preact/signals";
import { Comeback } from "./comeback";
import { type Down, Session } from "./session";
import { Sight } from "./sight";
import { stereo } from "./stereo";

/** What a person may know about the picture. waiting: nobody publishes now. */
export type PlayState =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "playing" }
  | { readonly kind: "waiting" }
  | { readonly kind: "reconnecting" }
  | { readonly kind: "failed"; readonly reason: "unsupported" | "rejected" };

const WATCH = 1_000;
/** No picture and no sound for so long means that this session is dead, whatever it says. */
const STILL = 6_000;
/** A page that was asleep for so long has lost its session: the server frees it after 30 seconds of silence. */
const SLEPT = 25_000;

/** Plays a feed and comes back by itself, whatever happens. Sound is the page's matter: the video starts muted. */
export class Player {
  readonly #endpoint: string;
  readonly #state = signal<PlayState>({ kind: "idle" });
  #video: HTMLVideoElement | null = null;
  #still: HTMLCanvasElement | null = null;
  #session: Session | null = null;
  #stream: MediaStream | null = null;
  readonly #comeback = new Comeback();
  #watch: ReturnType<typeof setInterval> | undefined;
  #received: Received = NOTHING;
  #movedAt = 0;
  #sight: Sight | null = null;

  readonly state: ReadonlySignal<PlayState> = this.#state;

  constructor(options: { readonly room: string; readonly feed: string }) {
    this.#endpoint = `/whep/${encodeURIComponent(options.room)}/${encodeURIComponent(options.feed)}`;
  }

  /** still: gets the last picture when the stream breaks, for browsers turn the video black. */
  attach(video: HTMLVideoElement | null, still: HTMLCanvasElement | null): void {
    this.#video = video;
    this.#still = still;
    this.#sight?.stop();
    this.#sight = video && new Sight(video, (maxWidth) => this.#session?.fit(maxWidth));
    this.#show();
  }

  start(): void {
    if (typeof RTCPeerConnection === "undefined")
      this.#state.value = { kind: "failed", reason: "unsupported" };
    else if (this.#state.peek().kind === "idle") this.#open("connecting");
  }

  /** The room says that somebody publishes again: no need to wait for the next try. */
  publisherIsLive(): void {
    if (this.#state.peek().kind !== "waiting") return;
    this.#comeback.soon(() => this.#open("connecting"));
  }

  stop(): void {
    this.#comeback.callOff();
    this.#comeback.succeeded();
    this.#sight?.stop();
    this.#leave();
    this.#state.value = { kind: "idle" };
  }

  #open(kind: "connecting" | "reconnecting"): void {
    this.#leave();
    this.#state.value = { kind };
    const stream = new MediaStream();
    this.#stream = stream;
    this.#session = new Session({
      endpoint: this.#endpoint,
      token: null,
      prepare: (peer) => {
        peer.addTransceiver("video", { direction: "recvonly" });
        peer.addTransceiver("audio", { direction: "recvonly" });
        peer.addEventListener("track", ({ track }) => {
          stream.addTrack(track);
          this.#show();
        });
      },
      reword: stereo,
      onUp: () => this.#watchOver(),
      onDown: (down) => this.#again(down),
    });
  }

  #keepPicture(): void {
    const [video, still] = [this.#video, this.#still];
    if (!video?.videoWidth || !still) return;
    still.width = video.videoWidth;
    still.height = video.videoHeight;
    still.getContext("2d")?.drawImage(video, 0, 0);
  }

  #show(): void {
    const video = this.#video;
    if (!video || !this.#stream?.getTracks().length || video.srcObject === this.#stream) return;
    const muted = video.muted;
    video.srcObject = this.#stream;
    video.play().catch(() => {
      // a browser may refuse sound without a click, and some refuse everything: the play button remains
      if (muted) return;
      video.muted = true;
      video.play().catch(() => undefined);
    });
  }

  /** Packets may stop without any word from ICE: after a restart of the server, or behind a sleeping laptop's lid. */
  #watchOver(): void {
    clearInterval(this.#watch);
    this.#received = NOTHING;
    this.#movedAt = Date.now();
    const session = this.#session;
    let lookedAt = Date.now();
    const look = async () => {
      const slept = Date.now() - lookedAt > SLEPT;
      lookedAt = Date.now();
      if (slept) return this.#again({ kind: "lost" });
      const now = session ? await received(session.peer) : NOTHING;
      if (session !== this.#session || this.#session === null) return;
      const moves = isMore(now, this.#received);
      if (moves || document.visibilityState === "hidden") this.#movedAt = Date.now();
      this.#received = now;
      if (moves) this.#plays();
      if (Date.now() - this.#movedAt > STILL) this.#again({ kind: "lost" });
    };
    this.#watch = setInterval(look, WATCH);
    void look();
  }

  #plays(): void {
    this.#comeback.succeeded();
    if (this.#state.peek().kind === "playing") return;
    this.#state.value = { kind: "playing" };
    this.#sight?.begin();
  }

  #again(down: Down): void {
    this.#leave();
    const refused = down.kind === "refused" ? down : null;
    if (refused?.status === 409) this.#state.value = { kind: "waiting" };
    else if (refused && refused.status < 500 && refused.retryAfter === null && refused.status !== 404)
      this.#state.value = { kind: "failed", reason: "rejected" };
    else this.#state.value = { kind: "reconnecting" };
    const next = this.#state.peek().kind === "waiting" ? "waiting" : "reconnecting";
    this.#comeback.plan(() => this.#retry(next), refused ? (refused.retryAfter ?? 0) : null);
  }

  /** While nobody publishes, asking again is not worth a word. */
  #retry(kind: "waiting" | "reconnecting"): void {
    this.#open("reconnecting");
    if (kind === "waiting") this.#state.value = { kind };
  }

  #leave(): void {
    clearInterval(this.#watch);
    if (this.#state.peek().kind === "playing") this.#keepPicture();
    const session = this.#session;
    this.#session = null;
    this.#stream = null;
    session?.close();
  }
}

interface Received {
  readonly pictures: number;
  readonly bytes: number;
}

const NOTHING: Received = { pictures: 0, bytes: 0 };

/** Whether something arrived: pictures, or bytes as long as there was no picture. Sound alone does not excuse a picture that stands. */
function isMore(now: Received, before: Received): boolean {
  return now.pictures > before.pictures || (now.pictures === 0 && now.bytes > before.bytes);
}

async function received(peer: RTCPeerConnection): Promise<Received> {
  let { pictures, bytes } = NOTHING;
  for (const report of (await peer.getStats()).values() as Iterable<RTCInboundRtpStreamStats>) {
    if (report.type !== "inbound-rtp") continue;
    pictures += report.framesDecoded ?? 0;
    bytes += report.bytesReceived ?? 0;
  }
  return { pictures, bytes };
}
