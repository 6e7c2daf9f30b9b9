import { formatNumber, inLanguage, messages } from "../lib/i18n";
import type { Intake } from "../lib/wire.gen";
import { words as ofCues } from "../stage/cuewords";
import { Button, Icon, IconButton, type IconName, Notice } from "../ui";
import { KeyMap } from "../ui/keymap";
import type { Desk } from "./desk";
import { KEYS } from "./shortcuts";
import { words } from "./words";

const own = messages(
  {
    intakes: { open: "Fragen offen", paused: "Fragen pausiert", closed: "Fragen geschlossen" },
    after: "Neue Fragen sehen alle sofort",
    settings: "Fragen in diesem Raum einstellen",
    change: "Ändern",
    hall: "Saalfrage",
  },
  {
    intakes: { open: "Questions open", paused: "Questions paused", closed: "Questions closed" },
    after: "Everybody sees new questions at once",
    settings: "Settings of the questions in this room",
    change: "Change",
    hall: "From the hall",
  },
);

const LOOKS: Readonly<Record<Intake, IconName>> = { open: "door", paused: "pause", closed: "stop" };

/** Whether the room takes questions, and the way to change that. */
export function HouseTools({ desk }: { desk: Desk }) {
  const state = desk.podium.room.intake.value?.state ?? "open";
  return (
    <Button
      size="s"
      kind="quiet"
      icon={LOOKS[state]}
      title={own().settings}
      onClick={() => desk.house.show("room")}
    >
      {own().intakes[state]}
    </Button>
  );
}

/** For helpers in the hall. */
export function HallButton({ desk }: { desk: Desk }) {
  return (
    <Button size="s" kind="quiet" icon="plus" onClick={() => desk.house.show("hall")}>
      {own().hall}
    </Button>
  );
}

/** Private messages to the speakers' screens. */
export function CueButton({ desk, compact = false }: { desk: Desk; compact?: boolean }) {
  const { title } = ofCues();
  const open = () => desk.house.show("cues");
  return compact ? (
    <IconButton icon="send" label={title} onClick={open} />
  ) : (
    <Button size="s" kind="quiet" icon="send" onClick={open}>
      {title}
    </Button>
  );
}

/** Whatever is not as usual stands on every moderator's screen. */
export function HouseNotice({ desk }: { desk: Desk }) {
  const intake = desk.podium.room.intake.value;
  if (intake === null || (intake.state === "open" && intake.premoderated)) return null;
  const notice = inLanguage({ de: intake.notice_de, en: intake.notice_en });
  const said = [
    intake.state !== "open" && own().intakes[intake.state],
    !intake.premoderated && own().after,
    intake.state !== "open" && notice,
  ].filter(Boolean);
  return (
    <Notice
      tone="info"
      icon={intake.state === "open" ? "eye" : LOOKS[intake.state]}
      action={
        <Button size="s" onClick={() => desk.house.show("room")}>
          {own().change}
        </Button>
      }
    >
      {`${said.join(". ")}.`.replace(/\.\.$/, ".")}
    </Notice>
  );
}

export function Attendance({ desk }: { desk: Desk }) {
  return (
    <span class="desk-attendance">
      <Icon name="panel" />
      <span class="numeric">{formatNumber(desk.podium.room.attending.value)}</span>
      <span class="desk-attending">{words().attending}</span>
    </span>
  );
}

/** The map of the keys, and the switch. */
export function Keyboard({ desk, compact = false }: { desk: Desk; compact?: boolean }) {
  const { title, on, hint } = words().keys;
  const names = Object.keys(KEYS) as (keyof typeof KEYS)[];
  const keys = names.map((name) => {
    const { [name]: meaning } = words().keys;
    return [
      KEYS[name],
      name === "queue" ? `${meaning} ${desk.lines.value.map((line) => line.short).join(", ")}` : meaning,
    ] as const;
  });
  return (
    <KeyMap compact={compact} title={title} on={on} hint={hint} shortcuts={desk.shortcuts} keys={keys} />
  );
}
