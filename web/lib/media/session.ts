import { iceServers, linked } from "./iceservers";

/** Why a session is over. closed: the server ended it on purpose. lost: the way between us broke. */
export type Down =
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly code: string | null;
      readonly retryAfter: number | null;
    }
  | { readonly kind: "closed" }
  | { readonly kind: "lost" };

export interface SessionOptions {
  /** Where to POST the offer: a WHIP or WHEP endpoint. */
  readonly endpoint: string;
  readonly token: string | null;
  /** Adds what shall be sent or received, before the offer is made. */
  readonly prepare: (peer: RTCPeerConnection) => void;
  /** What becomes of the offer's SDP before it is applied and sent. */
  readonly reword?: (sdp: string) => string;
  readonly onUp: () => void;
  /** Called once at most, and never after close(). */
  readonly onDown: (down: Down) => void;
}

const SDP = "application/sdp";
const LAYER = "urn:ietf:params:whep:ext:core:layer";
const CONFIGURATION: RTCConfiguration = { bundlePolicy: "max-bundle" };
/** A request into a network that is gone is asked again sooner than TCP would. */
const ANSWER_TIMEOUT = 5_000;
const CONNECT_TIMEOUT = 12_000;
const ASK_TIMEOUT = 3_000;
const DISCONNECTED_PATIENCE = 1_000;
/** So long without a byte while so many checks stay unanswered: the way is gone, though ICE says so after seconds more only. */
const DEAF = 2_500;
const UNANSWERED = 3;
const LISTEN = 500;

/** One WHIP (RFC 9725) or WHEP session from POST to DELETE. It does not come back by itself; its owner opens another. */
export class Session {
  readonly peer: RTCPeerConnection;
  readonly #options: SessionOptions;
  readonly #abort = new AbortController();
  #url: string | null = null;
  #layer: string | null = null;
  #deleted = false;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #listening: ReturnType<typeof setInterval> | undefined;
  #over = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.peer = new RTCPeerConnection(CONFIGURATION);
    this.peer.addEventListener("connectionstatechange", () => this.#connectionChanged());
    options.prepare(this.peer);
    this.#allow(ANSWER_TIMEOUT);
    // a page that goes away says so, or the server would send into the void for half a minute
    addEventListener("pagehide", () => this.#delete(), { signal: this.#abort.signal });
    // what was asked of the network before is lost with it
    addEventListener(
      "online",
      () => {
        if (this.peer.connectionState !== "connected") this.#down({ kind: "lost" });
      },
      { signal: this.#abort.signal },
    );
    this.#open().catch(() => this.#down({ kind: "lost" }));
  }

  close(): void {
    if (this.#over) return;
    this.#end();
    this.#delete();
  }

  /** Asks for a picture no wider than that; the server may have it in one size only, and then nothing changes. */
  fit(maxWidth: number): void {
    if (this.#over || this.#layer === null) return;
    const headers = { "Content-Type": "application/json", ...this.#authorization() };
    const body = JSON.stringify({ maxWidth });
    fetch(this.#layer, { method: "POST", headers, body }).catch(() => undefined);
  }

  /** Whether the server says (410) that somebody else has taken over the feed for good. Asked when the session is over. */
  async isTakenOver(): Promise<boolean> {
    if (this.#url === null) return false;
    const options = {
      method: "GET",
      headers: this.#authorization(),
      signal: AbortSignal.timeout(ASK_TIMEOUT),
    };
    const answer = await fetch(this.#url, options).catch(() => null);
    return answer?.status === 410 && !answer.headers.has("Retry-After");
  }

  async #open(): Promise<void> {
    // applied only when the answer has named the servers through which candidates are looked for
    const made = (await this.peer.createOffer()).sdp ?? "";
    const sdp = this.#options.reword?.(made) ?? made;
    const response = await fetch(this.#options.endpoint, {
      method: "POST",
      headers: { "Content-Type": SDP, Accept: SDP, ...this.#authorization() },
      body: sdp,
      signal: this.#abort.signal,
    });
    this.#allow(CONNECT_TIMEOUT);
    if (response.status !== 201) return this.#down(await refusal(response));
    const resource = response.headers.get("Location");
    // a redirect (RFC 9725 section 4.5) may have led elsewhere
    const base = new URL(response.url || this.#options.endpoint, document.baseURI);
    if (resource !== null) this.#url = new URL(resource, base).href;
    const layer = linked(response.headers.get("Link"), LAYER);
    if (layer !== null) this.#layer = new URL(layer, base).href;
    const answer = await response.text();
    if (this.#over) return this.#delete();
    const servers = iceServers(response.headers.get("Link"));
    if (servers.length) this.peer.setConfiguration({ ...CONFIGURATION, iceServers: servers });
    await this.peer.setLocalDescription({ type: "offer", sdp });
    await this.peer.setRemoteDescription({ type: "answer", sdp: answer });
    const [transceiver] = this.peer.getTransceivers();
    const transport = transceiver?.receiver.transport ?? transceiver?.sender.transport;
    transport?.addEventListener("statechange", () => {
      if (transport.state === "closed") this.#down({ kind: "closed" });
    });
  }

  #connectionChanged(): void {
    const state = this.peer.connectionState;
    if (this.#over || state === "new" || state === "connecting") return;
    clearTimeout(this.#patience);
    if (state === "connected") {
      this.#listen();
      this.#options.onUp();
    } else if (state === "disconnected") this.#allow(DISCONNECTED_PATIENCE);
    else this.#down({ kind: state === "closed" ? "closed" : "lost" });
  }

  /** A publisher that pauses is no reason to leave: only checks without an answer tell that the way is gone. */
  #listen(): void {
    clearInterval(this.#listening);
    let heard = -1;
    let heardAt = Date.now();
    let askedThen = 0;
    this.#listening = setInterval(async () => {
      let [bytes, asked] = [0, 0];
      for (const report of (await this.peer.getStats()).values() as Iterable<RTCStats>) {
        if (report.type !== "candidate-pair") continue;
        const pair = report as RTCIceCandidatePairStats;
        bytes += (pair.bytesReceived ?? 0) + (pair.responsesReceived ?? 0);
        asked += pair.requestsSent ?? 0;
      }
      if (bytes !== heard) [heard, heardAt, askedThen] = [bytes, Date.now(), asked];
      else if (Date.now() - heardAt > DEAF && asked - askedThen >= UNANSWERED) this.#down({ kind: "lost" });
    }, LISTEN);
  }

  #allow(milliseconds: number): void {
    clearTimeout(this.#patience);
    if (!this.#over) this.#patience = setTimeout(() => this.#down({ kind: "lost" }), milliseconds);
  }

  #down(down: Down): void {
    if (this.#over) return;
    this.#end();
    this.#delete();
    this.#options.onDown(down);
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#patience);
    clearInterval(this.#listening);
    this.#abort.abort();
    this.peer.close();
  }

  #delete(): void {
    const url = this.#url;
    if (this.#deleted || url === null) return;
    this.#deleted = true;
    // keepalive lets it leave after the page has gone; an answer is of no interest, the server also notices silence
    fetch(url, { method: "DELETE", headers: this.#authorization(), keepalive: true }).catch(() => undefined);
  }

  #authorization(): Record<string, string> {
    return this.#options.token === null ? {} : { Authorization: `Bearer ${this.#options.token}` };
  }
}

async function refusal(response: Response): Promise<Down> {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const body: unknown = await response.json().catch(() => null);
  const code = typeof body === "object" && body !== null && "code" in body ? String(body.code) : null;
  const retryAfter = Number.isNaN(seconds) ? null : seconds * 1000;
  return { kind: "refused", status: response.status, code, retryAfter };
}
