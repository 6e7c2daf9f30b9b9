import { untracked, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { announce, quiet } from "../lib/a11y";
import { languageReady } from "../lib/i18n";
import { tellInterruptions } from "../lib/interruption";
import type { Link } from "../lib/link";
import type { Settled } from "../lib/outbox";
import type { Podium } from "../lib/podium";
import { refusalSentence } from "../lib/sentences";
import { type Connection, EmptyState, PageHeader, Toggle } from "../ui";
import { Ask } from "./ask";
import { AskForm } from "./draft";
import { OnAir } from "./onair";
import { Panel } from "./panel";
import { Stage } from "./stage";
import { words } from "./words";

/** Everybody's page of a room. */
export function Page({ podium, link }: { podium: Podium; link: Link }) {
  const form = useMemo(() => new AskForm(link.room), [link]);
  const lists = useLists();
  const about = podium.room.about.value;
  const connection = podium.connection.value;
  useOutcomes(podium, form);
  useEffect(() => tellInterruptions(podium.connection), [podium]);
  useEffect(() => {
    if (about) document.title = `${about.title} · ${about.programme}`;
  }, [about]);

  return (
    <>
      {connection.kind !== "ended" && <SkipLinks />}
      <PageHeader
        programme={about?.programme ?? ""}
        title={about?.title ?? "Podium"}
        connection={mark(connection.kind)}
      />
      {connection.kind === "ended" ? (
        <main id="main" class="gate">
          <EmptyState icon="warning" title={words().ended}>
            {refusalSentence(connection.code)}
          </EmptyState>
        </main>
      ) : (
        <main id="main" class="attend" tabIndex={-1}>
          <div class="attend-podium">
            {lists && <lists.RoomNotice room={podium.room} />}
            <Stage podium={podium} room={link.room} />
            <OnAir podium={podium} />
            <Panel podium={podium} />
          </div>
          <Talk podium={podium} form={form} lists={lists} />
        </main>
      )}
      <footer class="attend-footer">
        <p class="muted">{words().footer.privacy}</p>
        <Toggle
          label={words().footer.announce}
          checked={!quiet.value}
          onChange={(on) => {
            quiet.value = !on;
          }}
        />
      </footer>
    </>
  );
}

type Lists = typeof import("./lists");

/** What stands in and below the form, and the notice above the picture, comes right after the first picture of the page. */
function useLists(): Lists | null {
  const lists = useSignal<Lists | null>(null);
  useEffect(() => {
    void import("./lists").then(async (loaded) => {
      // its words in the language of the page come with it
      await languageReady();
      lists.value = loaded;
    });
  }, [lists]);
  return lists.value;
}

function Talk({ podium, form, lists }: { podium: Podium; form: AskForm; lists: Lists | null }) {
  return (
    <div class="attend-talk">
      <Ask podium={podium} form={form}>
        {lists && <lists.Similar podium={podium} form={form} />}
      </Ask>
      {lists ? (
        <>
          <lists.Count podium={podium} />
          <lists.Mine podium={podium} form={form} />
          <lists.Questions podium={podium} />
        </>
      ) : (
        <div id="questions" tabIndex={-1} />
      )}
    </div>
  );
}

function SkipLinks() {
  const { skip } = words();
  return (
    <nav aria-label={skip.label}>
      <a class="skip-link" href="#stage">
        {skip.stage}
      </a>
      <a class="skip-link" href="#ask">
        {skip.ask}
      </a>
      <a class="skip-link" href="#questions">
        {skip.questions}
      </a>
    </nav>
  );
}

/** What the server said to the own questions and votes, told once. */
function useOutcomes(podium: Podium, form: AskForm): void {
  useSignalEffect(() => {
    const settled = podium.settled.value;
    // what is said depends on the language, too: another one is no second answer
    if (settled) untracked(() => tell(form, settled));
  });
}

function tell(form: AskForm, settled: Settled): void {
  const { pending, outcome } = settled;
  form.settled(settled);
  if (pending.command === "vote" && !outcome.ok) announce(refusalSentence(outcome.code));
  if (pending.command !== "ask") return;
  if (!outcome.ok) announce(words().ask.refused(refusalSentence(outcome.code, outcome.retryAfter)));
  else if (outcome.question !== null) announce(words().ask.sent(outcome.question));
}

function mark(kind: Podium["connection"]["value"]["kind"]): Connection {
  if (kind === "live" || kind === "connecting") return kind;
  return "lost";
}
