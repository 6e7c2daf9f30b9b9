import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { PANEL, type StaffQuestionView } from "../lib/wire.gen";
import { Button, Icon, type IconName } from "../ui";
import type { Desk } from "./desk";
import { Further } from "./further";
import { Moves } from "./order";
import { words } from "./words";

interface ActionsProps {
  desk: Desk;
  question: StaffQuestionView;
  /** The running order it stands in. */
  queue: string | undefined;
  /** To be called when the person's action takes the row away. */
  leave: () => void;
}

/** What can be done with a question in its state: the likeliest first, what is rare behind "more", in place. */
export function Actions({ desk, question, queue, leave }: ActionsProps) {
  const { number, state } = question;
  const open = useSignal<"queues" | "more" | null>(null);
  const toggle = (part: "queues" | "more") => () => {
    open.value = open.value === part ? null : part;
  };
  const act = (step: () => void) => () => {
    leave();
    step();
  };
  const approve = act(() => desk.approve(number));
  const air = act(() => desk.air(number));
  const canQueue = state !== "merged" && state !== "withdrawn";
  const isDone = state === "answered" || state === "merged" || state === "withdrawn";
  // a withdrawn question is its asker's affair
  if (state === "withdrawn") return null;
  return (
    <div class="question-actions" data-open={open.value ?? undefined}>
      {queue !== undefined && <Moves desk={desk} queue={queue} number={number} />}
      {(state === "submitted" || state === "held" || state === "deferred") && (
        <Act name="approve" icon="answer" kind="primary" onClick={approve}>
          {words().approve}
        </Act>
      )}
      {state === "declined" && (
        <Act name="approve" icon="answer" onClick={approve}>
          {words().approveAfterAll}
        </Act>
      )}
      {(state === "approved" || state === "queued") && (
        <Act name="air" icon="live" kind="primary" onClick={air}>
          {words().air}
        </Act>
      )}
      {canQueue && !isDone && state !== "queued" && (
        <Act name="queues" icon="queue" aria-expanded={open.value === "queues"} onClick={toggle("queues")}>
          {words().queue}
        </Act>
      )}
      {state === "submitted" && (
        <Act name="hold" icon="pause" onClick={act(() => desk.hold(number))}>
          {words().hold}
        </Act>
      )}
      {(state === "submitted" || state === "held") && <Decline desk={desk} number={number} leave={leave} />}
      <Act name="more" icon="more" aria-expanded={open.value === "more"} onClick={toggle("more")}>
        {words().more}
      </Act>
      {canQueue && (state !== "queued" && !isDone ? true : open.value === "more") && (
        <QueueFor desk={desk} question={question} onQueue={leave} />
      )}
      {open.value === "more" && (
        <div class="question-further">
          {state === "queued" && (
            <Button size="s" icon="back" data-action="approve" onClick={approve}>
              {words().unqueue}
            </Button>
          )}
          <Further desk={desk} question={question} leave={leave} />
          {(state === "approved" || state === "queued" || state === "deferred") && (
            <Decline desk={desk} number={number} leave={leave} />
          )}
        </div>
      )}
    </div>
  );
}

interface ActProps {
  /** Says to the shortcuts which one it is. */
  name: string;
  icon: IconName;
  kind?: "primary" | "quiet";
  class?: string;
  "aria-expanded"?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}

/** A button of a question: a word beside its drawing, on a phone below it. */
function Act({ name, kind = "quiet", class: extra = "", ...rest }: ActProps) {
  return <Button size="s" kind={kind} class={`act act-${name} ${extra}`} data-action={name} {...rest} />;
}

/** Opens the question why. */
function Decline({ desk, number, leave }: { desk: Desk; number: number; leave: () => void }) {
  return (
    <Act
      name="decline"
      icon="decline"
      onClick={() => {
        desk.declining.value = { number, leave };
      }}
    >
      {words().decline}
    </Act>
  );
}

interface QueueForProps {
  desk: Desk;
  question: StaffQuestionView;
  onQueue: () => void;
}

/** One tap per panellist; the one the asker named stands out. */
function QueueFor({ desk, question, onQueue }: QueueForProps) {
  const { number, addressee, queue, state } = question;
  const label = words()[state === "queued" ? "moveTo" : state === "answered" ? "queueAgain" : "queueFor"];
  return (
    <fieldset class="queue-for">
      <legend>
        <Icon name="queue" />
        <span>{label}</span>
      </legend>
      {desk.lines.value.map((line, index) => {
        if (state === "queued" && queue === line.id) return null;
        return (
          <Button
            key={line.id}
            size="s"
            data-key={line.id === PANEL ? 0 : index + 1}
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
