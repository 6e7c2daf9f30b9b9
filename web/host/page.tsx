import { useEffect, useLayoutEffect } from "preact/hooks";
import { formatClock, formatNumber } from "../lib/i18n";
import type { Link } from "../lib/link";
import { Cues } from "../stage/cueing";
import { words as ofCues } from "../stage/cuewords";
import { IntakeNotice } from "../stage/intake";
import { RoomNotice } from "../stage/roomnotice";
import { ConnectionNotice, connectionOf, Icon, IconButton, type IconName, Notice, PageHeader } from "../ui";
import { late } from "../ui/late";
import { second } from "../ui/second";
import { Clocks } from "./clocks";
import { Feeds } from "./feeds";
import { type Host, SECTIONS, type Section } from "./host";
import { Keyboard } from "./keyboard";
import { listenForKeys } from "./keys";
import { Announcement } from "./notice";
import { Queues } from "./queues";
import { Requests } from "./requests";
import { Screens } from "./screens";
import { Stage } from "./stage";
import { words } from "./words";

const Dialogs = late(() => import("./dialogs"));

export function Page({ host, link }: { host: Host; link: Link }) {
  const { room, connection } = host.podium;
  const about = room.about.value;
  const title = about?.title ?? "";
  useLayoutEffect(() => listenForKeys(host), [host]);
  useEffect(() => {
    document.title = `${title} · ${words().place}`;
  });
  return (
    <div class="host" data-section={host.section.value} data-beside={host.beside.value}>
      <PageHeader
        programme={about?.programme ?? ""}
        title={title}
        place={words().place}
        connection={connectionOf(connection.value)}
      >
        <TimeOfDay host={host} />
        <span class="host-attending">
          <Icon name="panel" />
          <span class="numeric">{formatNumber(room.attending.value)}</span>
          <span class="host-attending-text">{words().attending}</span>
        </span>
        <Keyboard host={host} />
      </PageHeader>
      <section class="host-notices" aria-label={words().notices}>
        <ConnectionNotice podium={host.podium} />
        <Refusal host={host} />
        <RoomNotice room={room} />
        <IntakeNotice room={room} />
      </section>
      <main id="main" class="host-main" tabIndex={-1}>
        <div class="host-flow">
          <Stage host={host} />
          <Requests host={host} />
          <Queues host={host} />
        </div>
        <div class="host-beside">
          <Sections host={host} sections={SECTIONS.slice(1)} chosen={host.beside.value} />
          <div class="host-column">
            <Clocks host={host} />
            <Screens host={host} />
          </div>
          <div class="host-column">
            <section class="panel" data-section="cues" aria-labelledby="heading-cues">
              <h2 id="heading-cues">{ofCues().title}</h2>
              <Cues sender={host} />
            </section>
            <div class="panel-group" data-section="room">
              <Announcement host={host} />
              <Feeds host={host} link={link} />
            </div>
          </div>
        </div>
      </main>
      <Sections host={host} sections={SECTIONS} chosen={host.section.value} />
      <Dialogs host={host} />
    </div>
  );
}

function TimeOfDay({ host }: { host: Host }) {
  second.value;
  return <span class="host-time numeric">{formatClock(host.podium.now())}</span>;
}

/** Why the last step did not come about. */
function Refusal({ host }: { host: Host }) {
  const refusal = host.refusal.value;
  if (refusal === null) return null;
  const dismiss = () => {
    host.refusal.value = null;
  };
  return (
    <Notice
      tone="warning"
      action={<IconButton size="s" icon="close" label={words().dismiss} onClick={dismiss} />}
    >
      {refusal}
    </Notice>
  );
}

const ICONS: Readonly<Record<Section, IconName>> = {
  flow: "live",
  clocks: "wait",
  cues: "send",
  screens: "screen",
  room: "door",
};

interface SectionsProps {
  host: Host;
  sections: readonly Section[];
  chosen: Section;
}

/** Which section is in sight: on a phone one of all, on a tablet one beside the course of events. */
function Sections({ host, sections, chosen }: SectionsProps) {
  const open = host.stage.requests.value.filter(({ granted }) => granted === null).length;
  return (
    <nav class="sections" aria-label={words().sections.label}>
      {sections.map((section) => (
        <button
          key={section}
          type="button"
          class="sections-item"
          aria-current={section === chosen ? "true" : undefined}
          onClick={() => host.show(section)}
        >
          <Icon name={ICONS[section]} />
          <span>{words().sections[section]}</span>
          {section === "flow" && open > 0 && <span class="count numeric">{open}</span>}
        </button>
      ))}
    </nav>
  );
}
