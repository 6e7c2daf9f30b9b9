import { useEffect, useMemo } from "preact/hooks";
import { formatNumber } from "../lib/i18n";
import type { Link } from "../lib/link";
import { advise } from "../lib/media/advice";
import { type FeedReport, FeedReports } from "../lib/media/reports";
import { Badge } from "../ui";
import type { Host } from "./host";
import { words } from "./words";

/** Each feed of the room: whether it is live, how many watch, what is wrong with it. */
export function Feeds({ host, link }: { host: Host; link: Link }) {
  const { room } = host.podium;
  const { room: identifier, token } = link;
  const reports = useMemo(
    () => (token === null ? null : new FeedReports(identifier, token)),
    [identifier, token],
  );
  useEffect(() => {
    reports?.start();
    return () => reports?.stop();
  }, [reports]);
  const told = reports?.feeds.value ?? [];
  return (
    <section class="panel" aria-labelledby="heading-feeds">
      <h2 id="heading-feeds">{words().feeds.title}</h2>
      <ul class="feeds">
        {(room.about.value?.feeds ?? []).map((name) => (
          <Feed
            key={name}
            name={name}
            viewers={room.viewers.value[name] ?? null}
            report={told.find((report) => report.name === name && report.live) ?? null}
          />
        ))}
      </ul>
    </section>
  );
}

interface FeedProps {
  name: string;
  /** null: nobody publishes it. */
  viewers: number | null;
  report: FeedReport | null;
}

function Feed({ name, viewers, report }: FeedProps) {
  const says = words().feeds;
  const warnings = report?.warnings ?? [];
  const video = report?.video;
  const tone = viewers === null ? "neutral" : warnings.length > 0 ? "warning" : "success";
  return (
    <li class="feed">
      <h3 class="feed-name">{name}</h3>
      <Badge tone={tone} icon={viewers === null ? "stop" : warnings.length > 0 ? "warning" : "live"}>
        {viewers === null ? says.off : report && warnings.length === 0 ? says.well : says.live}
      </Badge>
      {viewers !== null && <span class="numeric">{says.viewers(formatNumber(viewers))}</span>}
      {video && video.width > 0 && (
        <p class="feed-figures numeric">
          {says.figures(
            video.width,
            video.height,
            formatNumber(Math.round(video.frame_rate)),
            formatNumber(Math.round((video.bitrate + (report.audio?.bitrate ?? 0)) / 1e5) / 10),
          )}
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning.code} class="feed-warning">
          {advise(warning).title}
        </p>
      ))}
    </li>
  );
}
