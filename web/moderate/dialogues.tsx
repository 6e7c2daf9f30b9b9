import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { ANSWER_LIMIT, NAME_LIMIT, TEXT_LIMIT } from "../lib/wire.gen";
import { Button, Dialog, TextField } from "../ui";
import type { Desk, Dialogue } from "./desk";
import { Merge } from "./merge";
import { Redaction } from "./redaction";
import { words } from "./words";

/** What has to be written or chosen before a rare step: one dialog for all of them. */
export function StepDialog({ desk }: { desk: Desk }) {
  const dialogue = desk.dialogue.value;
  return (
    <Dialog
      open={dialogue !== null}
      title={dialogue === null ? "" : words().dialogue[dialogue.kind].title(dialogue.number)}
      onClose={() => {
        desk.dialogue.value = null;
      }}
    >
      {dialogue !== null && <Form key={`${dialogue.kind}-${dialogue.number}`} desk={desk} {...dialogue} />}
    </Dialog>
  );
}

export type StepProps = { desk: Desk } & Dialogue;

function Form(props: StepProps) {
  switch (props.kind) {
    case "merge":
      return <Merge {...props} kind="merge" />;
    case "defer":
      return <Defer {...props} kind="defer" />;
    case "redact":
      return <Redaction {...props} />;
    default:
      return <Wording {...props} kind={props.kind} />;
  }
}

export interface FrameProps extends StepProps {
  kind: Exclude<Dialogue["kind"], "redact">;
  /** Carries the step out; false when something is missing. */
  onConfirm: () => boolean;
  stays?: boolean;
  /** Without the question above: the form shows it itself. */
  plain?: boolean;
  children: ComponentChildren;
}

export function Frame({
  desk,
  number,
  kind,
  leave,
  onConfirm,
  stays = false,
  plain = false,
  children,
}: FrameProps) {
  const question = desk.question(number);
  const open = question !== null;
  return (
    <form
      class="decline"
      onSubmit={(event) => {
        event.preventDefault();
        const dialog = event.currentTarget.closest("dialog");
        if (!open || !onConfirm()) return;
        // closing gives the focus back to the row; only then can it go on to the next
        dialog?.close();
        if (!stays) leave();
      }}
    >
      {!plain && kind !== "edit" && <blockquote class="decline-text">{question?.text}</blockquote>}
      {children}
      <div class="dialog-actions">
        <Button onClick={(event) => event.currentTarget.closest("dialog")?.close()}>
          {words().reason.cancel}
        </Button>
        <Button kind="primary" type="submit">
          {words().dialogue[kind].confirm}
        </Button>
      </div>
    </form>
  );
}

function Defer(props: StepProps & { kind: "defer" }) {
  const { defer } = words().dialogue;
  const owner = useSignal("");
  const due = useSignal("");
  const missing = useSignal(false);
  return (
    <Frame
      {...props}
      onConfirm={() => {
        missing.value = owner.value.trim() === "";
        const tooLong = [owner, due].some(({ value }) => Array.from(value).length > NAME_LIMIT);
        if (missing.value || tooLong) return false;
        props.desk.defer(props.number, owner.value, due.value);
        return true;
      }}
    >
      <TextField
        label={defer.owner}
        hint={defer.ownerHint}
        error={missing.value ? defer.ownerMissing : undefined}
        limit={NAME_LIMIT}
        value={owner.value}
        onInput={(value) => {
          owner.value = value;
        }}
      />
      <TextField
        label={defer.due}
        hint={defer.dueHint}
        optional
        limit={NAME_LIMIT}
        value={due.value}
        onInput={(value) => {
          due.value = value;
        }}
      />
    </Frame>
  );
}

/** An answer in writing, or another wording of the question. */
function Wording(props: StepProps & { kind: "reply" | "edit" }) {
  const { desk, kind, number } = props;
  const question = desk.question(number);
  const said = words().dialogue[kind];
  // as it is now: what a colleague writes while this is open shall not be written over unseen
  const before = useSignal((kind === "edit" ? question?.text : question?.answer) ?? "").value;
  const draft = useSignal(desk.drafts.get(`${kind}-${number}`)).value;
  const limit = kind === "edit" ? TEXT_LIMIT : ANSWER_LIMIT;
  const text = useSignal(draft ?? before);
  const missing = useSignal(false);
  return (
    <Frame
      {...props}
      stays={kind === "edit" || question?.state === "answered"}
      onConfirm={() => {
        missing.value = text.value.trim() === "";
        if (missing.value || Array.from(text.value).length > limit) return false;
        if (text.value.trim() !== before) desk[kind](number, text.value, before);
        return true;
      }}
    >
      {draft !== undefined && before !== "" && (
        <div>
          <p class="field-hint">{words().dialogue.now}</p>
          <blockquote class="decline-text">{before}</blockquote>
        </div>
      )}
      <TextField
        label={said.text}
        hint={said.hint}
        error={missing.value ? said.missing : undefined}
        multiline
        rows={5}
        limit={limit}
        counter
        value={text.value}
        onInput={(value) => {
          text.value = value;
        }}
      />
    </Frame>
  );
}
