import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { announce, summarise } from "../lib/a11y";
import { formatPast, inLanguage } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import { reasonName, refusalSentence, stateName } from "../lib/sentences";
import { type Ask, PANEL, type PassageView, type ReceiptView, TRANSITIONS } from "../lib/wire.gen";
import { Button, Dialog, Notice, StateBadge, Timeline } from "../ui";
import type { AskForm, Returned } from "./draft";
import { talk } from "./talk";
import { words } from "./words";

/** The own questions: on their way, returned, and received with every step they took. */
export function Mine({ podium, form }: { podium: Podium; form: AskForm }) {
  const { mine } = talk();
  useReceiptNews(podium);
  const receipts = podium.room.receipts.value.toReversed();
  const asking = podium.pending.value.filter(({ command }) => command === "ask").toReversed();
  const returned = form.returned.value;
  if (receipts.length + asking.length + returned.length === 0) return null;
  return (
    <section class="mine" aria-labelledby="mine-title">
      <h2 id="mine-title">{mine.title}</h2>
      <ul class="mine-list">
        {returned.map((question) => (
          <ReturnedCard key={question.id} form={form} returned={question} />
        ))}
        {asking.map(({ id, body }) => (
          <li key={id} class="receipt receipt-pending">
            <p class="receipt-text">{(body as Ask).text}</p>
            <p class="receipt-now muted">
              {podium.connection.value.kind === "live" ? mine.sending : mine.waiting}
            </p>
          </li>
        ))}
        {receipts.map((receipt, index) => (
          <Receipt key={receipt.number} podium={podium} receipt={receipt} isLatest={index === 0} />
        ))}
      </ul>
    </section>
  );
}

function ReturnedCard({ form, returned }: { form: AskForm; returned: Returned }) {
  const { mine } = talk();
  const edit = () => {
    form.edit(returned);
    document.querySelector<HTMLElement>("#ask textarea")?.focus();
  };
  const discard = () => {
    form.discard(returned);
    document.getElementById("ask")?.focus();
  };
  return (
    <li class="receipt">
      <Notice tone="warning">
        <strong>{mine.refused}.</strong> {refusalSentence(returned.code)}
      </Notice>
      <p class="receipt-text">{returned.draft.text}</p>
      <div class="receipt-actions">
        <Button size="s" icon="edit" onClick={edit}>
          {mine.edit}
        </Button>
        <Button size="s" kind="quiet" onClick={discard}>
          {mine.discard}
        </Button>
      </div>
    </li>
  );
}

interface ReceiptProps {
  podium: Podium;
  receipt: ReceiptView;
  isLatest: boolean;
}

function Receipt({ podium, receipt, isLatest }: ReceiptProps) {
  const { mine } = talk();
  const { number, state, passages } = receipt;
  const last = passages.length - 1;
  return (
    <li class="receipt" id={`receipt-${number}`} tabIndex={-1}>
      <div class="receipt-head">
        <h3 class="numeric">{words().number(number)}</h3>
        <StateBadge state={state}>{stateName(state)}</StateBadge>
      </div>
      <p class="receipt-text">{receipt.text}</p>
      {receipt.redacted && <p class="receipt-now muted">{talk().redacted}</p>}
      {receipt.original !== null && <p class="receipt-now muted">{mine.original(receipt.original)}</p>}
      {receipt.answer !== null && <p class="answer">{receipt.answer}</p>}
      <details class="disclosure" open={isLatest || state === "declined"}>
        <summary>
          <span>{mine.history}</span>
        </summary>
        <Timeline
          entries={passages.map((passage, index) => ({
            state: passage.state,
            label: step(podium, receipt, passage, index === last),
            time: formatPast(passage.at, podium.now()),
            detail: (index === last && (receipt.note ?? receipt.due)) || undefined,
          }))}
        />
      </details>
      {state === "declined" && receipt.reason !== null && <Rules podium={podium} reason={receipt.reason} />}
      {TRANSITIONS[state].withdraw && <Withdraw podium={podium} number={number} />}
    </li>
  );
}

/** The netiquette's words for a reason, and the way to all of it. */
function Rules({ podium, reason }: { podium: Podium; reason: string }) {
  const rules = podium.room.about.value?.netiquette.filter(({ reasons }) => reasons.includes(reason)) ?? [];
  if (rules.length === 0) return null;
  return (
    <div class="receipt-now">
      <p>{rules.map(inLanguage).join(" ")}</p>
      <Button size="s" kind="quiet" icon="info" onClick={showNetiquette}>
        {talk().seeNetiquette}
      </Button>
    </div>
  );
}

function showNetiquette(): void {
  const netiquette = document.getElementById("netiquette");
  netiquette?.setAttribute("open", "");
  netiquette?.querySelector("summary")?.focus();
}

function Withdraw({ podium, number }: { podium: Podium; number: number }) {
  const { mine } = talk();
  const asked = useSignal(false);
  const pending = podium.pending.value.some(
    ({ command, body }) => command === "withdraw" && "question" in body && body.question === number,
  );
  const withdraw = async () => {
    asked.value = false;
    const outcome = await podium.perform("withdraw", { question: number }).outcome;
    announce(outcome.ok ? talk().mine.withdrawn(number) : refusalSentence(outcome.code));
    // its button is gone, the question is not
    if (outcome.ok) document.getElementById(`receipt-${number}`)?.focus();
  };
  return (
    <div class="receipt-actions">
      <Button
        size="s"
        kind="quiet"
        icon="back"
        pending={pending}
        onClick={() => {
          asked.value = true;
        }}
      >
        {mine.withdraw}
        <span class="visually-hidden"> {words().number(number)}</span>
      </Button>
      <Dialog
        open={asked.value}
        title={mine.withdrawTitle}
        onClose={() => {
          asked.value = false;
        }}
      >
        <p>{mine.withdrawText}</p>
        <div class="dialog-actions">
          <Button
            onClick={() => {
              asked.value = false;
            }}
          >
            {mine.keep}
          </Button>
          <Button kind="danger" onClick={withdraw}>
            {mine.withdraw}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}

/** A step of a receipt in words. Reason and queue are known of the present step only. */
function step(podium: Podium, receipt: ReceiptView, passage: PassageView, isLast: boolean): string {
  const { steps } = talk().mine;
  const { queue, into, passages } = receipt;
  // where it stood before, or what it was merged with, is not told
  const isPresent = passages.findLast(({ state }) => state === passage.state) === passage;
  switch (passage.state) {
    case "queued":
      if (queue === null || !isPresent) return steps.queuedBefore;
      return steps.queued(queue === PANEL ? words().wholePanel : podium.room.panellistName(queue));
    case "declined":
      return isLast && receipt.reason !== null
        ? steps.declined(reasonName(receipt.reason))
        : steps.declinedPlain;
    case "merged":
      return into === null || !isPresent ? steps.mergedBefore : steps.merged(into);
    case "answered":
      return isLast && receipt.answer !== null ? steps.replied : steps.answered;
    default:
      return steps[passage.state];
  }
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
      // fewer than before: a moderator took a step back
      if (!told.current || !passage || receipt.passages.length === before) continue;
      const news = talk().mine.news(receipt.number, step(podium, receipt, passage, true));
      summarise(`receipt/${receipt.number}`, news);
    }
    told.current = new Map(receipts.map(({ number, passages }) => [number, passages.length]));
  });
}
