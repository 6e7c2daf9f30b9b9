import { useComputed } from "@preact/signals";
import { formatNumber } from "../lib/i18n";
import type { Publisher } from "../lib/media/whip";
import type { Podium } from "../lib/podium";
import { Select } from "../ui";
import type { Capture } from "./capture";
import { Meter } from "./meter";
import { words } from "./words";

export function Devices({ capture, stream }: { capture: Capture; stream: MediaStream }) {
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

export function Figures({ podium, publisher, feed }: { podium: Podium; publisher: Publisher; feed: string }) {
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
