import { inLanguage } from "../lib/i18n";
import type { Room } from "../lib/room";
import { Notice } from "../ui/surface";
import { words } from "./words";

/** That nobody can ask now, in the organiser's words or our own; null while the questions are open. */
export function intakeText(room: Room): string | null {
  const intake = room.intake.value;
  if (intake === null || intake.state === "open") return null;
  return inLanguage({ de: intake.notice_de, en: intake.notice_en }) ?? words().intake[intake.state];
}

/** For those who neither ask nor moderate: one calm line while questions are paused or closed. */
export function IntakeNotice({ room }: { room: Room }) {
  const text = intakeText(room);
  if (text === null) return null;
  return <Notice icon={room.intake.value?.state === "paused" ? "pause" : "stop"}>{text}</Notice>;
}
