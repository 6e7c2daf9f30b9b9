import { expect, it } from "vitest";
import { stereo } from "./stereo";

const offer = (...lines: string[]) => ["m=audio 9 UDP/TLS/RTP/SAVPF 111 63", ...lines, ""].join("\r\n");

it("asks for stereo where Opus is offered", () => {
  const chromium = [
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "a=rtpmap:63 red/48000/2",
  ];
  const asked = stereo(offer(...chromium, "a=fmtp:63 111/111"));
  expect(asked).toBe(offer(...chromium, "a=fmtp:63 111/111").replace("fec=1", "fec=1;stereo=1"));
});

it("leaves an offer alone that says what it wants", () => {
  const firefox = offer(
    "a=rtpmap:109 opus/48000/2",
    "a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1",
  );
  expect(stereo(firefox)).toBe(firefox);
});

it("leaves other sound and pictures alone", () => {
  const other = offer("a=rtpmap:96 H264/90000", "a=fmtp:96 packetization-mode=1", "a=rtpmap:0 PCMU/8000");
  expect(stereo(other)).toBe(other);
});
