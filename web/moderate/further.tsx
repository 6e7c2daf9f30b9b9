import { type StaffQuestionView, TRANSITIONS } from "../lib/wire.gen";
import { Button } from "../ui";
import type { Desk, Dialogue } from "./desk";
import { words } from "./words";

interface FurtherProps {
  desk: Desk;
  question: StaffQuestionView;
  /** To be called when the person's action takes the row away. */
  leave: () => void;
}

/** What is rarely wanted of a question, as far as its state allows it. */
export function Further({ desk, question, leave }: FurtherProps) {
  const { number, state, step, device } = question;
  const blocked = device !== null && desk.isBlocked(device);
  const can = TRANSITIONS[state];
  const { further } = words();
  const open = (kind: Dialogue["kind"]) => () => {
    desk.dialogue.value = { kind, number, leave };
  };
  return (
    <>
      {can.hold && state !== "submitted" && (
        <Button
          size="s"
          icon="pause"
          data-action="hold"
          onClick={() => {
            leave();
            desk.hold(number);
          }}
        >
          {words().hold}
        </Button>
      )}
      {can.merge && (
        <Button size="s" icon="plus" onClick={open("merge")}>
          {further.merge}
        </Button>
      )}
      {can.separate && (
        <Button
          size="s"
          icon="back"
          onClick={() => {
            leave();
            desk.separate(number);
          }}
        >
          {further.separate}
        </Button>
      )}
      {can.reply && (
        <Button size="s" icon="question" onClick={open("reply")}>
          {question.answer === null ? further.reply : further.replyAgain}
        </Button>
      )}
      {can.defer && (
        <Button size="s" icon="wait" onClick={open("defer")}>
          {further.defer}
        </Button>
      )}
      {state !== "merged" && state !== "withdrawn" && (
        <Button size="s" icon="edit" onClick={open("edit")}>
          {further.edit}
        </Button>
      )}
      {device !== null && (
        <Button
          size="s"
          icon={blocked ? "back" : "decline"}
          onClick={() => (blocked ? desk.house.unblock(device) : desk.house.block(device))}
        >
          {blocked ? further.unblock(device) : further.block(device)}
        </Button>
      )}
      <Button size="s" icon="redact" onClick={open("redact")}>
        {further.redact}
      </Button>
      {step !== null && (
        <Button
          size="s"
          kind="quiet"
          icon="back"
          onClick={() => {
            leave();
            desk.undo(number, step);
          }}
        >
          {further.undo}
        </Button>
      )}
    </>
  );
}
