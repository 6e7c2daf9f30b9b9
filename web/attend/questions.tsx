import { computed } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { summarise } from "../lib/a11y";
import { CalmList } from "../lib/calm";
import type { Podium } from "../lib/podium";
import { refusalSentence } from "../lib/sentences";
import { remembered } from "../lib/storage";
import type { QuestionView, Vote as VoteCommand } from "../lib/wire.gen";
import { Button, Choice, EmptyState, Icon, IconButton, StateBadge } from "../ui";
import { useAttention } from "./attention";
import { Asker } from "./onair";
import { byTime, byVotes, type Order } from "./order";
import { talk } from "./talk";

const order = remembered<Order>("order", "votes");
const paused = remembered("list-paused", false);

/** How long a new order by votes waits, so that a list nobody touches does not flicker. */
const SETTLE = 5_000;

/** The public questions. Rows stand still while somebody is at them. */
export function Questions({ podium }: { podium: Podium }) {
  const { questions } = talk();
  const { room } = podium;
  const lists = useMemo(() => {
    const wanted = computed(() =>
      order.value === "votes"
        ? byVotes(room.questions.value, (number) => room.votes(number).value)
        : byTime(room.questions.value),
    );
    return {
      open: new CalmList(
        computed(() => wanted.value.open),
        order,
        SETTLE,
      ),
      answered: new CalmList(
        computed(() => wanted.value.answered),
        order,
        SETTLE,
      ),
    };
  }, [room]);
  const attention = useAttention();
  const held = attention.held || paused.value;
  const { open, answered } = lists;
  useEffect(() => {
    open.hold(held);
    answered.hold(held);
  }, [open, answered, held]);
  useNews(room.questions.value.length, room.ready.value);
  const row = (number: number) => (
    <Row key={number} podium={podium} number={number} question={room.question(number)} />
  );
  const list = useRef<HTMLUListElement>(null);
  const letIn = () => {
    open.refresh();
    // the button is gone with its reason
    list.current?.focus({ preventScroll: true });
  };
  const isEmpty = open.shown.value.length + answered.shown.value.length + open.waiting.value === 0;

  return (
    <section id="questions" class="questions" aria-labelledby="questions-title" tabIndex={-1}>
      <div class="questions-head">
        <h2 id="questions-title">{questions.title}</h2>
        {!isEmpty && (
          <div class="questions-tools">
            <Choice
              legend={questions.order}
              hideLegend
              name="order"
              value={order.value}
              options={[
                { value: "votes", label: questions.byVotes },
                { value: "time", label: questions.byTime },
              ]}
              onChange={(value) => {
                order.value = value;
              }}
            />
            <IconButton
              icon={paused.value ? "play" : "pause"}
              label={paused.value ? questions.resume : questions.hold}
              aria-pressed={paused.value}
              onClick={() => {
                paused.value = !paused.peek();
              }}
            />
          </div>
        )}
      </div>
      {room.ready.value && isEmpty && (
        <EmptyState icon="question" title={questions.none}>
          {invitation(podium)}
        </EmptyState>
      )}
      <div {...attention.handlers}>
        {open.waiting.value > 0 && (
          <Button class="questions-fresh" icon="up" onClick={letIn}>
            {questions.fresh(open.waiting.value)}
          </Button>
        )}
        <ul ref={list} class="questions-list" tabIndex={-1} aria-labelledby="questions-title">
          {open.shown.value.map(row)}
        </ul>
        {answered.shown.value.length > 0 && (
          <details class="disclosure questions-answered">
            <summary>
              <span>{questions.answered(answered.shown.value.length)}</span>
            </summary>
            <ul class="questions-list">{answered.shown.value.map(row)}</ul>
          </details>
        )}
      </div>
    </section>
  );
}

/** What somebody can do about an empty list. */
function invitation(podium: Podium): string | null {
  const { questions } = talk();
  const intake = podium.room.intake.value;
  if (intake && intake.state !== "open") return null;
  return (intake?.premoderated ?? true) ? questions.noneText : questions.noneSeen;
}

/** Says now and then, to those who listen, that there are new questions. */
function useNews(count: number, isReady: boolean): void {
  const told = useRef<number | null>(null);
  useEffect(() => {
    if (!isReady) return;
    const fresh = count - (told.current ?? count);
    if (fresh > 0) summarise("questions", talk().questions.news(fresh));
    told.current = count;
  }, [count, isReady]);
}

interface RowProps {
  podium: Podium;
  number: number;
  /** null: it was public when the list was shown and is not any more. */
  question: QuestionView | null;
}

function Row({ podium, number, question }: RowProps) {
  const { questions } = talk();
  if (!question) return <li class="question question-gone muted">{questions.gone}</li>;
  const { state } = question;
  return (
    <li class="question" data-state={state}>
      <Vote podium={podium} number={number} />
      <div class="question-body">
        <p class="question-text" lang={question.language}>
          {question.text}
        </p>
        {question.answer !== null && <p class="answer">{question.answer}</p>}
        <div class="question-facts">
          {state !== "approved" && (
            <StateBadge state={state}>
              {state === "queued" || state === "on_air" || state === "answered"
                ? questions.states[state]
                : ""}
            </StateBadge>
          )}
          <Asker podium={podium} question={question} />
        </div>
        <VoteFault podium={podium} number={number} />
      </div>
    </li>
  );
}

/** Why a vote was not taken: the button alone would just spring back. */
export function VoteFault({ podium, number }: { podium: Podium; number: number }) {
  const settled = podium.settled.value;
  if (settled?.pending.command !== "vote" || settled.outcome.ok) return null;
  if ((settled.pending.body as VoteCommand).question !== number) return null;
  return (
    <p class="field-error">
      <Icon name="warning" />
      {refusalSentence(settled.outcome.code)}
    </p>
  );
}

export function Vote({ podium, number }: { podium: Podium; number: number }) {
  const { questions } = talk();
  const votes = podium.room.votes(number).value;
  const supported = podium.room.supports(number);
  return (
    <button
      type="button"
      class="vote"
      aria-pressed={supported}
      aria-label={`${questions.vote(number)}, ${questions.votes(votes)}`}
      onClick={() => podium.perform("vote", { question: number, support: !supported })}
    >
      <Icon name="vote" />
      <span class="numeric">{votes}</span>
    </button>
  );
}
