import { vi } from "vitest";

/** For tests: what the page asked of fetch and of its peer connections, and the means to answer. */
export interface Post {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly peer: FakePeer | undefined;
  answer(status: number, headers?: Readonly<Record<string, string>>): Promise<void>;
}

export class FakePeer extends EventTarget {
  static readonly all: FakePeer[] = [];
  connectionState = "new";
  /** The description it applied, and the servers it had by then. */
  local: { sdp: string; servers: RTCIceServer[] | undefined } | null = null;
  remote: string | null = null;
  /** Grows while media flows. */
  frames = 0;
  /** Checks that were sent, and all that was answered to them. */
  asked = 0;
  answered = 0;
  closed = false;
  readonly transport = Object.assign(new EventTarget(), { state: "new" });
  readonly kinds: string[] = [];
  /** What each transceiver sends; what the page sets is seen here. */
  readonly encodings: RTCRtpEncodingParameters[][] = [];
  /** What the statistics hold besides. */
  readonly reports: object[] = [];

  configuration: RTCConfiguration = {};

  constructor() {
    super();
    FakePeer.all.push(this);
  }

  addTransceiver(kind: string | { kind: string }, options: RTCRtpTransceiverInit = {}) {
    this.kinds.push(typeof kind === "string" ? kind : kind.kind);
    this.encodings.push(options.sendEncodings ?? [{}]);
  }

  getTransceivers() {
    return this.kinds.map((kind, index) => ({
      receiver: { transport: this.transport, track: { kind } },
      sender: {
        transport: this.transport,
        replaceTrack: () => Promise.resolve(),
        getParameters: () => ({ encodings: (this.encodings[index] ?? []).map((one) => ({ ...one })) }),
        setParameters: async ({ encodings }: RTCRtpSendParameters) => {
          this.encodings[index] = encodings;
        },
      },
    }));
  }

  setConfiguration(configuration: RTCConfiguration) {
    this.configuration = configuration;
  }

  async createOffer() {
    return { type: "offer", sdp: "offer" };
  }

  async setLocalDescription(offer: { sdp: string }) {
    this.local = { sdp: offer.sdp, servers: this.configuration.iceServers };
  }

  async setRemoteDescription({ sdp }: { sdp: string }) {
    this.remote = sdp;
  }

  async getStats() {
    return new Map<string, object>([
      ["video", { type: "inbound-rtp", framesDecoded: this.frames, bytesReceived: 0 }],
      ["pair", { type: "candidate-pair", requestsSent: this.asked, responsesReceived: this.answered }],
      ...this.reports.map((report, index) => [`report-${index}`, report] as const),
    ]);
  }

  become(state: string) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  endedByServer() {
    this.transport.state = "closed";
    this.transport.dispatchEvent(new Event("statechange"));
  }

  close() {
    this.closed = true;
    this.connectionState = "closed";
  }
}

/** Puts the fakes in place; `requests` fills with what is fetched. */
export function fakeMedia(): { readonly requests: Post[]; settle(): Promise<void> } {
  const requests: Post[] = [];
  FakePeer.all.length = 0;
  const settle = async () => {
    await vi.advanceTimersByTimeAsync(0);
  };
  vi.stubGlobal("RTCPeerConnection", FakePeer);
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal(
    "fetch",
    (url: string, { method, headers }: { method: string; headers: Record<string, string> }) => {
      return new Promise<Response>((resolve) => {
        requests.push({
          url,
          method,
          headers,
          peer: FakePeer.all.at(-1),
          async answer(status, headers = {}) {
            resolve(new Response(status === 201 ? "answer" : "{}", { status, headers }));
            await settle();
          },
        });
      });
    },
  );
  return { requests, settle };
}

class FakeStream {
  getTracks() {
    return [];
  }

  addTrack() {}
}
