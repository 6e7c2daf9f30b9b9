import { useComputed } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { announce } from "../lib/a11y";
import { formatDuration, formatNumber } from "../lib/i18n";
import type { Link } from "../lib/link";
import { advise } from "../lib/media/advice";
import { type AudioReport, type FeedReport, FeedReports, type VideoReport } from "../lib/media/reports";
import { Badge, Notice } from "../ui";
import { FLOOR, reach } from "./level";
import { words } from "./words";

interface HealthProps {
  link: Link;
  feed: string;
  /** As the browser measured it; null while this page does not publish. */
  roundTripMs: number | null;
}

/** How the feed arrives at the server, whoever sends it: this page, OBS or any other encoder. */
export function Health({ link, feed, roundTripMs }: HealthProps) {
  const { room, token } = link;
  const reports = useMemo(() => (token === null ? null : new FeedReports(room, token)), [room, token]);
  useEffect(() => {
    reports?.start();
    return () => reports?.stop();
  }, [reports]);
  const report = useComputed(() => reports?.feeds.value?.find(({ name }) => name === feed) ?? null).value;
  useWarnings(report);
  if (!report?.live) return null;
  const isWell = report.warnings.length === 0;
  return (
    <section class="card health" aria-labelledby="heading-health">
      <header class="health-head">
        <h2 id="heading-health" class="health-title">
          {words().health.title}
        </h2>
        {report.speaking && (
          <Badge tone="accent" icon="mic">
            {words().health.speaking}
          </Badge>
        )}
        <Badge tone={isWell ? "success" : "warning"} icon={isWell ? "answer" : "warning"}>
          {isWell ? words().health.well : words().health.attention}
        </Badge>
      </header>
      {isWell ? (
        <p class="muted">
          {report.video || report.audio ? words().health.wellText : words().health.measuring}
        </p>
      ) : (
        report.warnings.map((warning) => {
          const { title, help } = advise(warning);
          return (
            <Notice key={warning.code} tone="warning">
              <p class="health-warning">{title}</p>
              <p class="muted">{help}</p>
            </Notice>
          );
        })
      )}
      <Measured report={report} roundTripMs={roundTripMs} />
    </section>
  );
}

/** Says each new warning once. */
function useWarnings(report: FeedReport | null) {
  const known = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const warnings = report?.warnings ?? [];
    const fresh = warnings.filter(({ code }) => !known.current.has(code));
    known.current = new Set(warnings.map(({ code }) => code));
    if (fresh.length > 0) announce(fresh.map((warning) => advise(warning).title).join(". "));
  }, [report]);
}

function Measured({ report, roundTripMs }: { report: FeedReport; roundTripMs: number | null }) {
  const { video = null, audio = null } = report;
  const trip = report.round_trip == null ? roundTripMs : report.round_trip * 1000;
  const bits = (video?.bitrate ?? 0) + (audio?.bitrate ?? 0);
  const loss = Math.max(video?.loss ?? 0, audio?.loss ?? 0);
  const { figures } = words();
  const rows: readonly (readonly [string, string])[] = [
    [figures.viewers, formatNumber(report.viewers)],
    [figures.since, report.live_seconds === undefined ? "–" : formatDuration(report.live_seconds * 1000)],
    [figures.picture, video?.width ? `${video.width} × ${video.height}` : "–"],
    [figures.rate, video ? formatNumber(Math.round(video.frame_rate)) : "–"],
    [figures.codec, video ? codecOf(video) : "–"],
    [figures.keyFrames, keyFramesOf(video)],
    [figures.bits, bits > 0 ? figures.megabits(formatNumber(Math.round(bits / 1e5) / 10)) : "–"],
    [figures.loss, figures.percent(formatNumber(Math.round(loss * 1000) / 10))],
    [figures.delay, trip === null ? "–" : figures.milliseconds(formatNumber(Math.round(trip)))],
  ];
  return (
    <>
      <Loudness audio={audio} />
      <dl class="figures">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="numeric">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** "H.264 Constrained Baseline 3.1", "VP8". */
function codecOf({ codec, profile, level }: VideoReport): string {
  const name = codec.replace(/^H(26\d)$/i, "H.$1");
  return [name, profile, level].filter(Boolean).join(" ");
}

function keyFramesOf(video: VideoReport | null): string {
  const interval = video?.key_frame_interval ?? null;
  // browsers send one when somebody asks; encoders keep a beat
  if (interval === null || (video?.since_key_frame ?? 0) > 2 * interval + 1) return words().figures.onRequest;
  return words().figures.seconds(formatNumber(Math.round(interval * 10) / 10));
}

/** How loud the sound arrives; encoders that do not say it leave it unknown. */
function Loudness({ audio }: { audio: AudioReport | null }) {
  const level = audio?.level ?? null;
  const { health } = words();
  const said =
    audio === null
      ? health.noAudio
      : level === null
        ? health.levelUnknown
        : level < FLOOR
          ? health.silence
          : health.decibels(formatNumber(Math.round(level)));
  return (
    <div class="level">
      <p class="level-head">
        <span class="field-label">{health.level}</span>
        <span class="numeric muted">{said}</span>
      </p>
      {level !== null && (
        <span class="level-track" aria-hidden="true">
          <span
            class="level-bar"
            style={{ transform: `scaleX(${Math.max(0, reach(Math.max(FLOOR, level))).toFixed(3)})` }}
          />
        </span>
      )}
    </div>
  );
}
