/** The smallest first, as Chromium wants them: it gives the first what it needs before it thinks of the others. */
const LAYERS: readonly RTCRtpEncodingParameters[] = [
  { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
];
/** Enough for 720p; the browser's estimator goes below it by itself. */
const ALONE: RTCRtpEncodingParameters = { scaleResolutionDownBy: 1, maxBitrate: 2_500_000, active: true };

/** The layers in which a picture is sent (simulcast, RFC 8853). Nobody can read a slide at a quarter of its size. */
function layersOf(track: MediaStreamTrack | null): RTCRtpEncodingParameters[] {
  const isText = track?.contentHint === "detail" || track?.contentHint === "text";
  return LAYERS.map((layer) => ({ ...layer, active: !isText || layer.rid !== "l" }));
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
    encoding.active = layers.find(({ rid }) => rid === encoding.rid)?.active ?? true;
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
