/** Names of the layers, the smallest first, as Chromium wants them: it gives the first what it needs before it thinks of the others. */
const NAMES = ["l", "m", "h"];
/**
 * By how much each layer divides the picture, and its bits per second, for pictures of at least so many pixels. Chromium encodes no
 * more layers than its picture is large enough for, and leaves out the last one: of a small camera the layer that is all of it.
 */
const SIZES: readonly { readonly pixels: number; readonly layers: readonly (readonly [number, number])[] }[] =
  [
    {
      pixels: 960 * 540,
      layers: [
        [4, 150_000],
        [2, 500_000],
        [1, 2_500_000],
      ],
    },
    {
      pixels: 480 * 270,
      layers: [
        [2, 150_000],
        [1, 1_000_000],
      ],
    },
    { pixels: 0, layers: [[1, 500_000]] },
  ];
/** Enough for 720p; the browser's estimator goes below it by itself. */
const ALONE: RTCRtpEncodingParameters = { scaleResolutionDownBy: 1, maxBitrate: 2_500_000, active: true };

/** The layers in which a picture is sent (simulcast, RFC 8853). Nobody can read a slide at a part of its size. */
function layersOf(track: MediaStreamTrack | null): RTCRtpEncodingParameters[] {
  const { width = 1280, height = 720 } = track?.getSettings() ?? {};
  const isText = track?.contentHint === "detail" || track?.contentHint === "text";
  const layers = SIZES.find(({ pixels }) => width * height >= pixels)?.layers ?? [];
  return NAMES.map((rid, at) => {
    const [scaleResolutionDownBy, maxBitrate] = layers[at] ?? [1, 2_500_000];
    const active = at < layers.length && (!isText || at > 0 || layers.length === 1);
    return { rid, scaleResolutionDownBy, maxBitrate, active };
  });
}

/** Adds a picture in layers; in one encoding where the browser has no simulcast. */
export function addPicture(
  peer: RTCPeerConnection,
  track: MediaStreamTrack | null,
  options: RTCRtpTransceiverInit,
): void {
  const add = (sendEncodings: RTCRtpEncodingParameters[]) =>
    peer.addTransceiver(track ?? "video", { ...options, sendEncodings });
  try {
    add(layersOf(track));
  } catch {
    add([ALONE]);
  }
}

/** Sends what suits this picture; all of it, where browser or server left one encoding of the layers, the smallest. */
export async function adapt(sender: RTCRtpSender, track: MediaStreamTrack | null): Promise<void> {
  const parameters = sender.getParameters();
  const [first, ...others] = parameters.encodings;
  if (!first) return;
  const layers = layersOf(track);
  if (others.length === 0) Object.assign(first, ALONE);
  for (const encoding of others.length ? parameters.encodings : [])
    Object.assign(
      encoding,
      layers.find(({ rid }) => rid === encoding.rid),
    );
  await sender.setParameters(parameters);
}

/** The largest layer that is being sent: what an uplink or a processor in need goes without first. */
export function largest(sent: readonly RTCOutboundRtpStreamStats[]): RTCOutboundRtpStreamStats | null {
  const area = ({ frameWidth = 0, frameHeight = 0 }: RTCOutboundRtpStreamStats) => frameWidth * frameHeight;
  const flowing = sent.filter(({ framesPerSecond }) => framesPerSecond);
  return flowing.reduce<RTCOutboundRtpStreamStats | null>(
    (best, each) => (best === null || area(each) > area(best) ? each : best),
    null,
  );
}
