import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { announce, quiet, summarise } from "../lib/a11y";
import type { Link } from "../lib/link";
import type { Podium } from "../lib/podium";
import { refusalSentence } from "../lib/sentences";
import { type Connection, EmptyState, PageHeader, Toggle } from "../ui";
import { Ask } from "./ask";
import { AskForm } from "./draft";
import { Mine, step } from "./mine";
import { OnAir } from "./onair";
import { Panel } from "./panel";
import { Questions } from "./questions";
import { Stage } from "./stage";
import { words } from "./words";

/** Everybody's page of a room. */
export function Page({ podium, link }: { podium: Podium; link: Link }) {
  const form = useMemo(() => new AskForm(link.room), [link]);
  const about = podium.room.about.value;
  const connection = podium.connection.value;
  useOutcomes(podium, form);
  useReceiptNews(podium);
  useEffect(() => {
    if (about) document.title = `${about.title} · ${about.programme}`;
  }, [about]);

  return (
    <>
      <SkipLinks />
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
            <Stage podium={podium} room={link.room} />
            <OnAir podium={podium} />
            <Panel podium={podium} />
          </div>
          <div class="attend-talk">
            <Ask podium={podium} form={form} />
            <Mine podium={podium} form={form} />
            <Questions podium={podium} />
          </div>
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

/** What the server said to the own questions, told once. */
function useOutcomes(podium: Podium, form: AskForm): void {
  useSignalEffect(() => {
    const settled = podium.settled.value;
    if (settled?.pending.command !== "ask") return;
    form.settled(settled);
    const { outcome } = settled;
    if (!outcome.ok) announce(words().ask.refused(refusalSentence(outcome.code, outcome.retryAfter)));
    else if (outcome.question !== null) announce(words().ask.sent(outcome.question));
  });
}

/** The steps that own questions take while the page is open. */
function useReceiptNews(podium: Podium): void {
  const told = useRef<Map<number, number> | null>(null);
  useSignalEffect(() => {
    const receipts = podium.room.receipts.value;
    if (!podium.room.ready.value) return;
    for (const receipt of receipts) {
      const passage = receipt.passages.at(-1);
      const before = told.current?.get(receipt.number) ?? 1;
      if (!told.current || !passage || receipt.passages.length <= before) continue;
      const news = words().mine.news(receipt.number, step(podium, receipt, passage, true));
      summarise(`receipt/${receipt.number}`, news);
    }
    told.current = new Map(receipts.map(({ number, passages }) => [number, passages.length]));
  });
}

function mark(kind: Podium["connection"]["value"]["kind"]): Connection {
  if (kind === "live" || kind === "connecting") return kind;
  return "lost";
}
