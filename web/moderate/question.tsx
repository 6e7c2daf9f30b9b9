import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { formatTime } from "../lib/i18n";
import { reasonName, refusalSentence, stateName } from "../lib/sentences";
import type { StaffQuestionView } from "../lib/wire.gen";
import { Badge, Button, Icon, IconButton, Notice, StateBadge } from "../ui";
import type { CalmList } from "./calm";
import type { Declining, Desk } from "./desk";
import { words } from "./words";

interface QuestionProps {
  desk: Desk;
  list: CalmList;
  number: number;
  /** In a running order. */
  place?: number;
  handle?: ComponentChildren;
  /** What can be done with it now. */
  children: (question: StaffQuestionView) => ComponentChildren;
}

/** One question in a list: who asks whom, the text, and what can be done, at the lower edge for a thumb. */
export function Question({ desk, list, number, place, handle, children }: QuestionProps) {
  const question = useComputed(() => desk.question(number)).value;
  const busy = useComputed(() => desk.busy.value.has(number)).value;
  const refusal = useComputed(() => desk.refusals.value.get(number)).value;
  const here = useComputed(() => list.has(number)).value;
  return (
    <li
      class="question"
      data-number={number}
      data-gone={here ? undefined : ""}
      aria-busy={busy || undefined}
      aria-label={words().question(number)}
      tabIndex={-1}
    >
      {question && (
        <QuestionText desk={desk} question={question} {...(place && here ? { place } : {})} handle={handle} />
      )}
      {refusal && (
        <Notice
          tone="warning"
          action={
            <IconButton size="s" icon="close" label={words().dismiss} onClick={() => desk.dismiss(number)} />
          }
        >
          {refusalSentence(refusal)}
        </Notice>
      )}
      {busy && <Sending desk={desk} />}
      {!here && (
        <p class="question-gone">{question ? words().meanwhile(stateName(question.state)) : words().gone}</p>
      )}
      {here && question && <div class="question-actions">{children(question)}</div>}
    </li>
  );
}

function Sending({ desk }: { desk: Desk }) {
  const live = desk.podium.connection.value.kind === "live";
  return <p class="question-sending">{live ? words().sent : words().waitsForConnection}</p>;
}

interface TextProps {
  desk: Desk;
  question: StaffQuestionView;
  place?: number;
  handle?: ComponentChildren;
}

export function QuestionText({ desk, question, place, handle }: TextProps) {
  const { number, text, language, name, affiliation, addressee, queue, state, reason, note, asked_at } =
    question;
  const { original, answer, into, merged, owner, due } = question;
  const votes = desk.podium.room.votes(number).value;
  // in a running order its heading says for whom
  const named = place && addressee === queue ? null : addressee;
  return (
    <>
      <div class="question-head">
        {handle}
        {place && (
          <span class="question-place numeric">
            <span class="visually-hidden">{words().placed(place)}</span>
            <span aria-hidden="true">{place}</span>
          </span>
        )}
        <span class="question-number numeric">{`#${number}`}</span>
        <time class="question-time numeric" dateTime={new Date(asked_at).toISOString()}>
          {formatTime(asked_at)}
        </time>
        {named && <Badge tone="accent">{words().to(desk.lineName(named))}</Badge>}
        {(state === "declined" || state === "withdrawn") && (
          <StateBadge state={state}>{stateName(state)}</StateBadge>
        )}
        {votes > 0 && (
          <span class="question-votes numeric">
            <Icon name="vote" />
            <span aria-hidden="true">{votes}</span>
            <span class="visually-hidden">{words().votes(votes)}</span>
          </span>
        )}
      </div>
      <p class="question-text" lang={language === "und" ? undefined : language}>
        {text}
      </p>
      <p class="question-asker">
        {name || affiliation ? [name, affiliation].filter(Boolean).join(", ") : words().anonymous}
      </p>
      {original !== null && <p class="question-reason">{words().original(original)}</p>}
      {merged.length > 0 && <p class="question-asker">{words().mergedHere(merged)}</p>}
      {into !== null && <p class="question-reason">{words().mergedInto(into)}</p>}
      {owner !== null && <p class="question-reason">{words().deferredTo(owner, due)}</p>}
      {answer !== null && <p class="question-reason question-answer">{answer}</p>}
      {reason && (
        <p class="question-reason">
          {reasonName(reason)}
          {note && `: ${note}`}
        </p>
      )}
    </>
  );
}

interface QueueForProps {
  desk: Desk;
  question: StaffQuestionView;
  label: string;
  onQueue: () => void;
}

/** One tap per panellist; the one the asker named stands out. */
export function QueueFor({ desk, question, label, onQueue }: QueueForProps) {
  const { number, addressee, queue, state } = question;
  return (
    <fieldset class="queue-for">
      <legend>
        <Icon name="queue" />
        <span>{label}</span>
      </legend>
      {desk.lines.value.map((line) => {
        if (state === "queued" && queue === line.id) return null;
        return (
          <Button
            key={line.id}
            size="s"
            class={line.id === addressee ? "queue-for-asked" : ""}
            aria-label={words().queueForName(line.name)}
            title={line.name}
            onClick={() => {
              onQueue();
              desk.enqueue(number, line.id);
            }}
          >
            {line.short}
          </Button>
        );
      })}
    </fieldset>
  );
}

/** Opens the question why. */
export function DeclineButton({ desk, number, leave }: { desk: Desk } & Declining) {
  return (
    <Button
      size="s"
      kind="quiet"
      icon="decline"
      class="question-decline"
      data-action="decline"
      onClick={() => {
        desk.declining.value = { number, leave };
      }}
    >
      {words().decline}
    </Button>
  );
}

/** Further actions that are rarely wanted: opened in place, nothing covers the list. */
export function More({ children }: { children: ComponentChildren }) {
  const open = useSignal(false);
  return (
    <>
      <IconButton
        icon="more"
        size="s"
        class="question-more"
        label={open.value ? words().less : words().more}
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      />
      {open.value && <div class="question-further">{children}</div>}
    </>
  );
}
