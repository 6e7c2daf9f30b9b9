import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../ui";
import { peak, reach, SilenceWatch } from "./level";
import { words } from "./words";

const SAMPLES = 1024;
/** How fast the bar falls after a peak, decibels per frame: the eye needs time to read it. */
const FALL = 1.5;

/** How loud it is, seen before anybody hears it; and a sentence when nothing is to be heard. */
export function Meter({ stream, muted }: { stream: MediaStream; muted: boolean }) {
  const bar = useRef<HTMLSpanElement>(null);
  const silent = useSignal(false);
  const hasSound = stream.getAudioTracks().length > 0;

  useEffect(() => {
    if (!hasSound) return undefined;
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: SAMPLES });
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(SAMPLES);
    const watch = new SilenceWatch(performance.now());
    let shown = 0;
    let frame = 0;
    const draw = () => {
      frame = requestAnimationFrame(draw);
      analyser.getFloatTimeDomainData(samples);
      const level = peak(samples);
      shown = Math.max(level, shown - FALL);
      if (bar.current) bar.current.style.transform = `scaleX(${reach(shown).toFixed(3)})`;
      // a context waits for the first touch of the page; until then it hears nothing and says nothing
      silent.value = context.state === "running" && watch.hear(level, performance.now());
    };
    const wake = () => void context.resume();
    document.addEventListener("pointerdown", wake);
    draw();
    return () => {
      document.removeEventListener("pointerdown", wake);
      cancelAnimationFrame(frame);
      void context.close();
    };
  }, [stream, hasSound]);

  const sentence = muted
    ? words().muted
    : !hasSound
      ? words().levelNone
      : silent.value
        ? words().levelSilent
        : words().levelFine;
  return (
    <div class="level" data-silent={silent.value || muted || !hasSound ? "" : undefined}>
      <span class="field-label">{words().level}</span>
      <span class="level-track" aria-hidden="true">
        <span class="level-bar" ref={bar} />
      </span>
      <span class="level-sentence">
        <Icon name={muted || !hasSound ? "micOff" : silent.value ? "warning" : "mic"} />
        {sentence}
      </span>
    </div>
  );
}
