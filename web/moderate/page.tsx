import { useEffect, useLayoutEffect } from "preact/hooks";
import { summarise } from "../lib/a11y";
import { formatNumber } from "../lib/i18n";
import type { Link } from "../lib/link";
import { RoomNotice } from "../stage/roomnotice";
import {
  ConnectionNotice,
  connectionOf,
  Icon,
  IconButton,
  type IconName,
  LanguageSwitch,
  PageHeader,
  Popover,
  ThemeSwitch,
} from "../ui";
import { CuesDialog } from "./cues";
import { DeclineDialog } from "./decline";
import type { Desk, Section } from "./desk";
import { StepDialog } from "./dialogues";
import { HallDialog } from "./hall";
import { Approved, Done, Held, Inbox } from "./lists";
import { narrow } from "./narrow";
import { Presence } from "./presence";
import { Queues } from "./queues";
import { Records } from "./records";
import { Requests } from "./requests";
import { RoomDialog } from "./roomdialog";
import { Filtered, Search } from "./search";
import { listenForShortcuts } from "./shortcuts";
import { Stage } from "./stage";
import { Attendance, CueButton, HouseNotice, HouseTools, Keyboard } from "./tools";
import { UndoBar } from "./undo";
import { words } from "./words";

export function Page({ desk, link }: { desk: Desk; link: Link }) {
  const { room, connection } = desk.podium;
  const about = room.about.value;
  const title = about?.title ?? "";

  const isSearching = desk.searching.value;

  useLayoutEffect(() => listenForShortcuts(desk), [desk]);
  useLayoutEffect(() => desk.company.watch(), [desk]);
  useEffect(() => {
    document.title = `${title} · ${words().place}`;
  });
  useEffect(() => {
    const { inbox } = desk.board;
    let known = inbox.wanted.peek().length;
    return inbox.wanted.subscribe((numbers) => {
      if (numbers.length > known) summarise("inbox", words().said.inbox(numbers.length));
      known = numbers.length;
    });
  }, [desk]);

  return (
    <div class="desk" data-section={desk.section.value}>
      <PageHeader
        programme={about?.programme ?? ""}
        title={title}
        place={words().place}
        connection={connectionOf(connection.value)}
        bare={narrow.value}
      >
        {narrow.value ? (
          <>
            <IconButton
              icon="search"
              label={words().search.label}
              aria-expanded={isSearching}
              onClick={() => {
                desk.searching.value = !isSearching;
              }}
            />
            <Popover compact icon="menu" label={words().menu}>
              <div class="desk-menu">
                <Attendance desk={desk} />
                <HouseTools desk={desk} />
                <CueButton desk={desk} />
                <Presence desk={desk} />
                <Records link={link} count={room.count.value} />
                <Keyboard desk={desk} />
                <LanguageSwitch />
                <ThemeSwitch />
              </div>
            </Popover>
          </>
        ) : (
          <>
            <Search desk={desk} />
            <HouseTools desk={desk} />
            <CueButton compact desk={desk} />
            <Presence desk={desk} />
            <Attendance desk={desk} />
            <Records compact link={link} count={room.count.value} />
            <Keyboard compact desk={desk} />
          </>
        )}
      </PageHeader>
      <section class="desk-notices" aria-label={words().notices}>
        {narrow.value && isSearching && <Search desk={desk} />}
        <ConnectionNotice podium={desk.podium} />
        <RoomNotice room={room} />
        <HouseNotice desk={desk} />
        <Filtered desk={desk} />
      </section>
      <main id="main" class="desk-main" tabIndex={-1}>
        <Stage desk={desk} />
        <Inbox desk={desk} />
        <div class="desk-middle" data-middle={desk.middle.value}>
          <Sections desk={desk} sections={MIDDLE} chosen={desk.middle.value} />
          {desk.middle.value === "held" && <Held desk={desk} />}
          {desk.middle.value === "approved" && <Approved desk={desk} />}
          {desk.middle.value === "done" && <Done desk={desk} />}
        </div>
        <Queues desk={desk} />
      </main>
      <UndoBar desk={desk} />
      <Requests desk={desk} />
      <Sections desk={desk} sections={SECTIONS} chosen={desk.section.value} />
      <DeclineDialog desk={desk} />
      <StepDialog desk={desk} />
      <RoomDialog desk={desk} />
      <HallDialog desk={desk} />
      <CuesDialog desk={desk} />
    </div>
  );
}

const SECTIONS: readonly Section[] = ["inbox", "held", "approved", "queues", "stage", "done"];
const MIDDLE: readonly Section[] = ["approved", "held", "done"];
const ICONS: Readonly<Record<Section, IconName>> = {
  inbox: "inbox",
  held: "pause",
  approved: "eye",
  queues: "queue",
  stage: "live",
  done: "answer",
};

interface SectionsProps {
  desk: Desk;
  sections: readonly Section[];
  chosen: Section;
}

/** Which section is in sight: all of them on a small screen, those of the middle column on a large one. */
function Sections({ desk, sections, chosen }: SectionsProps) {
  const counts: Readonly<Partial<Record<Section, number>>> = {
    inbox: desk.board.inbox.wanted.value.length,
    held: desk.board.held.wanted.value.length + desk.board.deferred.wanted.value.length,
    approved: desk.board.approved.wanted.value.length,
  };
  return (
    <nav class="sections" aria-label={words().sections.label}>
      {sections.map((section) => (
        <button
          key={section}
          type="button"
          class="sections-item"
          aria-current={section === chosen ? "true" : undefined}
          onClick={() => desk.show(section)}
        >
          <Icon name={ICONS[section]} />
          <span>{words().sections[section]}</span>
          {(counts[section] ?? 0) > 0 && (
            <span class="column-count numeric">{formatNumber(counts[section] ?? 0)}</span>
          )}
        </button>
      ))}
    </nav>
  );
}
