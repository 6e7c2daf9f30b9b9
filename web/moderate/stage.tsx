import { useComputed } from "@preact/signals";
import { formatDuration } from "../lib/i18n";
import { refusalSentence, stateName } from "../lib/sentences";
import { PANEL, type StaffQuestionView } from "../lib/wire.gen";
import { Button, IconButton, Notice, StateBadge } from "../ui";
import { second } from "../ui/second";
import type { Desk } from "./desk";
import { words } from "./words";

/** What is on air, for how long, and the one step that comes next. */
export function Stage({ desk }: { desk: Desk }) {
  const stage = desk.podium.room.stage.value;
  const number = stage?.on_air ?? null;
  const question = number === null ? null : desk.question(number);
  return (
    <section
      class="stage"
      data-section="stage"
      data-live={question ? "" : undefined}
      aria-labelledby="heading-stage"
    >
      <h2 id="heading-stage" class={question ? "stage-title" : "visually-hidden"}>
        {question ? <StateBadge state="on_air">{stateName("on_air")}</StateBadge> : words().stage.title}
        {question && stage?.since && <Since desk={desk} at={stage.since} />}
      </h2>
      {question ? (
        <OnAir desk={desk} question={question} />
      ) : (
        <p class="stage-empty">{words().stage.empty}</p>
      )}
    </section>
  );
}

function OnAir({ desk, question }: { desk: Desk; question: StaffQuestionView }) {
  const { number, text, language, name, affiliation, queue } = question;
  const busy = useComputed(() => desk.busy.value.has(number)).value;
  const refusal = useComputed(() => desk.refusals.value.get(number)).value;
  const forWhom = queue ?? question.addressee;
  const back = desk.lines.value.some(({ id }) => id === forWhom) ? forWhom : null;
  return (
    <>
      <div class="stage-question">
        <p class="stage-text" lang={language === "und" ? undefined : language}>
          {text}
        </p>
        <p class="stage-asker">
          <span class="numeric">#{number}</span>
          {" · "}
          <bdi>{[name, affiliation].filter(Boolean).join(", ") || words().anonymous}</bdi>
          {forWhom && ` · ${desk.toWhom(forWhom)}`}
        </p>
        {refusal && (
          <Notice
            tone="warning"
            action={
              <IconButton
                size="s"
                icon="close"
                label={words().dismiss}
                onClick={() => desk.dismiss(number)}
              />
            }
          >
            {refusalSentence(refusal)}
          </Notice>
        )}
      </div>
      <div class="stage-actions">
        <Button kind="primary" icon="answer" pending={busy} onClick={() => desk.answer(number)}>
          {words().answer}
        </Button>
        <Button icon="back" pending={busy} onClick={() => desk.enqueue(number, back ?? PANEL)}>
          {words().putBack}
        </Button>
      </div>
    </>
  );
}

function Since({ desk, at }: { desk: Desk; at: number }) {
  second.value;
  return (
    <span class="stage-since numeric">
      {words().stage.since} {formatDuration(desk.podium.now() - at)}
    </span>
  );
}
