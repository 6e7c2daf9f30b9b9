import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { reasonName, stateName } from "../lib/sentences";
import type { Commands } from "../lib/wire.gen";
import { NOTE_LIMIT, REASONS } from "../lib/wire.gen";
import { Button, Choice, Dialog, Notice, TextField } from "../ui";
import type { Declining, Desk } from "./desk";
import { words } from "./words";

type Reason = Commands["decline"]["reason"];

export function DeclineDialog({ desk }: { desk: Desk }) {
  const declining = desk.declining.value;
  return (
    <Dialog
      open={declining !== null}
      title={declining === null ? "" : words().reason.title(declining.number)}
      onClose={() => {
        desk.declining.value = null;
      }}
    >
      {declining !== null && <DeclineForm key={declining.number} desk={desk} declining={declining} />}
    </Dialog>
  );
}

function DeclineForm({ desk, declining }: { desk: Desk; declining: Declining }) {
  const { number, leave } = declining;
  const reason = useSignal<Reason | null>(null);
  const note = useSignal("");
  const missing = useSignal(false);
  const question = desk.question(number);
  const before = useRef(question?.state).current;
  return (
    <form
      class="decline"
      onSubmit={(event) => {
        event.preventDefault();
        const chosen = reason.value;
        missing.value = chosen === null;
        if (chosen === null || Array.from(note.value).length > NOTE_LIMIT) return;
        // closing gives the focus back to the row; only then can it go on to the next
        event.currentTarget.closest("dialog")?.close();
        leave();
        desk.decline(number, chosen, note.value);
      }}
    >
      <blockquote class="decline-text">{question?.text}</blockquote>
      {/* a colleague was first: whoever goes on anyway knows what is overruled */}
      <div role="status">
        {question && question.state !== before && (
          <Notice tone="warning">{words().meanwhile(stateName(question.state))}</Notice>
        )}
      </div>
      <Choice<Reason>
        legend={words().reason.legend}
        name="reason"
        value={reason.value}
        options={REASONS.map((value) => ({ value, label: reasonName(value) }))}
        onChange={(value) => {
          reason.value = value;
          missing.value = false;
        }}
      />
      {missing.value && (
        <p class="field-error" role="alert">
          {words().reason.choose}
        </p>
      )}
      <TextField
        label={words().reason.note}
        hint={words().reason.noteHint}
        optional
        multiline
        rows={2}
        limit={NOTE_LIMIT}
        counter
        value={note.value}
        onInput={(value) => {
          note.value = value;
        }}
      />
      <div class="dialog-actions">
        <Button onClick={(event) => event.currentTarget.closest("dialog")?.close()}>
          {words().reason.cancel}
        </Button>
        <Button kind="primary" type="submit" icon="decline">
          {words().reason.confirm}
        </Button>
      </div>
    </form>
  );
}
