import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { announce, summarise } from "../lib/a11y";
import type { Podium } from "../lib/podium";
import type { QuestionView } from "../lib/wire.gen";
import { Button } from "../ui";
import { type AskForm, length } from "./draft";
import { Asker } from "./onair";
import { Vote, VoteFault } from "./questions";
import { talk } from "./talk";

/** Somebody who pauses for so long has finished a thought. */
const PAUSE = 400;
/** Shorter texts ask nothing yet. */
const ENOUGH = 12;

/** Questions that ask the same as what is being written: a vote weighs more than a second question. */
export function Similar({ podium, form }: { podium: Podium; form: AskForm }) {
  const mark = useRef(0);
  /** The first mark of the text that is being written: what an earlier one was like is no answer to it. */
  const first = useRef(1);
  const { text } = form.draft.value;
  const isEnough = length(text) >= ENOUGH;
  if (!isEnough) first.current = mark.current + 1;
  useEffect(() => {
    if (!isEnough) return;
    const timer = setTimeout(() => {
      mark.current += 1;
      podium.send({ type: "seek", text, mark: mark.current });
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [podium, text, isEnough]);
  const found = podium.found.value;
  const questions = (found && isEnough && found.mark >= first.current ? found.questions : [])
    .map((number) => podium.room.question(number))
    .filter((question): question is QuestionView => question !== null);
  useSignalEffect(() => {
    const count = podium.found.value?.questions.length ?? 0;
    if (count > 0) summarise("similar", talk().similar.news(count));
  });
  if (questions.length === 0) return null;
  const { similar } = talk();
  const supported = questions.some(({ number }) => podium.room.supports(number));
  return (
    <section class="similar" aria-labelledby="similar-title">
      <h3 id="similar-title">{similar.title(questions.length)}</h3>
      <ul class="questions-list">
        {questions.map((question) => (
          <li key={question.number} class="question">
            <Vote podium={podium} number={question.number} />
            <div class="question-body">
              <p class="question-text" lang={question.language}>
                {question.text}
              </p>
              <Asker podium={podium} question={question} />
              <VoteFault podium={podium} number={question.number} />
            </div>
          </li>
        ))}
      </ul>
      {supported && (
        <div class="similar-done">
          <p>{similar.thanks}</p>
          <Button
            size="s"
            onClick={() => {
              form.change("text", "");
              announce(similar.cleared);
              document.querySelector<HTMLElement>("#ask textarea")?.focus();
            }}
          >
            {similar.clear}
          </Button>
        </div>
      )}
    </section>
  );
}
