import { useEffect, useRef } from "preact/hooks";
import { announce } from "../lib/a11y";
import { formatTime, inLanguage } from "../lib/i18n";
import type { Room } from "../lib/room";
import { noticeOf } from "../lib/stage";
import type { NoticeView } from "../lib/wire.gen";
import { Notice } from "../ui/surface";
import { words } from "./words";

/** The organiser's own words, else those of the page. */
export function noticeText(notice: NoticeView): string {
  return inLanguage(notice) ?? words().notice[notice.kind];
}

/** What the host tells everybody: stands until it is ended, said once to those who cannot see it. */
export function RoomNotice({ room }: { room: Room }) {
  const notice = noticeOf(room);
  const since = notice?.since ?? null;
  const known = useRef(since);
  useEffect(() => {
    if (notice && since !== known.current) announce(noticeText(notice));
    known.current = since;
  }, [since]);
  if (!notice) return null;
  return (
    <Notice icon="volume">
      <strong class="room-notice">{noticeText(notice)}</strong>{" "}
      <span class="muted numeric">{formatTime(notice.since)}</span>
    </Notice>
  );
}
