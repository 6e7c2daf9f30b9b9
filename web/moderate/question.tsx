import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useCallback, useRef } from "preact/hooks";
import type { CalmList } from "../lib/calm";
import { formatTime } from "../lib/i18n";
import { reasonName, refusalSentence, stateName } from "../lib/sentences";
import type { StaffQuestionView, State } from "../lib/wire.gen";
import { Button, Icon, IconButton, Notice } from "../ui";
import { Actions } from "./actions";
import type { Desk } from "./desk";
import { Marks } from "./marks";
import { Handle } from "./order";
import { Claim } from "./presence";
import { words } from "./words";

/** What can be dragged into a running order. */
const QUEUEABLE: ReadonlySet<State> = new Set(["submitted", "held", "deferred", "approved", "queued"]);

interface QuestionProps {
  desk: Desk;
  list: CalmList;
  number: number;
  /** The running order it stands in, and where. */
  queue?: string;
  place?: number;
  /** To be called when the person's action takes the row away; the focus goes on to the next. */
  leave: (number: number) => void;
}

/** One question in a list: who asks whom, the text, and what can be done, at the lower edge for a thumb. */
export function Question({ desk, list, number, queue, place, leave }: QuestionProps) {
  const question = useComputed(() => desk.question(number)).value;
  const busy = useComputed(() => desk.busy.value.has(number)).value;
  const refusal = useComputed(() => desk.refusals.value.get(number)).value;
  const similar = useSteady(list, () => desk.similar(number).join(" "));
  const here = useComputed(() => list.has(number)).value;
  const leaveThis = useCallback(() => leave(number), [leave, number]);
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
        <QuestionText
          desk={desk}
          question={question}
          place={here ? place : undefined}
          queue={queue}
          leave={here ? leaveThis : undefined}
        >
          {here && similar && (
            <Similar
              others={similar}
              onCompare={(into) => {
                desk.dialogue.value = { kind: "merge", number, into, leave: leaveThis };
              }}
            />
          )}
        </QuestionText>
      )}
      <Claim desk={desk} number={number} />
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
        <p class="question-gone">
          <span>{question ? words().meanwhile(stateName(question.state)) : words().gone}</span>
          {question && (
            <Button size="s" kind="quiet" onClick={() => desk.goTo(number)}>
              {words().show}
            </Button>
          )}
        </p>
      )}
      {here && question && <Actions desk={desk} question={question} queue={queue} leave={leaveThis} />}
    </li>
  );
}

/** Others that seem to ask the same, by number. */
function Similar({ others, onCompare }: { others: string; onCompare: (into: number) => void }) {
  const numbers = others.split(" ");
  return (
    <Button
      size="s"
      kind="quiet"
      icon="copy"
      class="question-similar"
      data-action="compare"
      onClick={() => onCompare(Number(numbers[0]))}
    >
      {words().similar(numbers.map((other) => `#${other}`).join(", "))}
    </Button>
  );
}

/** What is told later about a question waits, like its row, until the hand has left the list. */
function useSteady(list: CalmList, current: () => string): string {
  const last = useRef<string | null>(null);
  return useComputed(() => {
    const now = current();
    if (!list.held.value || last.current === null) last.current = now;
    return last.current;
  }).value;
}

function Sending({ desk }: { desk: Desk }) {
  const live = desk.podium.connection.value.kind === "live";
  return <p class="question-sending">{live ? words().sent : words().waitsForConnection}</p>;
}

interface TextProps {
  desk: Desk;
  question: StaffQuestionView;
  place: number | undefined;
  queue: string | undefined;
  /** Absent where the row stands only because somebody holds the list. */
  leave: (() => void) | undefined;
  /** What can be done about its likes, beside what stands out. */
  children: ComponentChildren;
}

function QuestionText({ desk, question, place, queue, leave, children }: TextProps) {
  const { number, text, language, name, affiliation, reason, note, asked_at } = question;
  const { original, answer, into, merged, owner, due } = question;
  const votes = desk.podium.room.votes(number).value;
  const asker = [name, affiliation].filter(Boolean).join(", ");
  return (
    <>
      <div class="question-head">
        {leave && QUEUEABLE.has(question.state) && (
          <Handle desk={desk} queue={queue} number={number} leave={leave} />
        )}
        {place !== undefined && (
          <span class="question-place numeric">
            <span class="visually-hidden">{words().placed(place)}</span>
            <span aria-hidden="true">{place}</span>
          </span>
        )}
        <span class="question-number numeric">{`#${number}`}</span>
        <span class="question-asker">
          <bdi>{asker || words().anonymous}</bdi>
          {" · "}
          <time class="numeric" dateTime={new Date(asked_at).toISOString()}>
            {formatTime(asked_at)}
          </time>
        </span>
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
      <Marks desk={desk} question={question} queue={queue}>
        {children}
      </Marks>
      {original !== null && <p class="question-reason">{words().original(original)}</p>}
      {merged.length > 0 && <p class="question-note">{words().mergedHere(merged)}</p>}
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
