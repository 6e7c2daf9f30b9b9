import { useSignal } from "@preact/signals";
import { LANGUAGES, languageName, messages, language as ofPage } from "../lib/i18n";
import { AFFILIATION_LIMIT, NAME_LIMIT, PANEL, TEXT_LIMIT } from "../lib/wire.gen";
import { Button, Dialog, Notice, Select, TextField } from "../ui";
import type { Desk } from "./desk";

const words = messages(
  {
    title: "Frage aus dem Saal",
    text: "Frage",
    missing: "Bitte die Frage schreiben.",
    whom: "An wen",
    language: "Sprache der Frage",
    name: "Name",
    affiliation: "Institution",
    hint: "Sie kommt in den Eingang wie jede andere, auch solange Fragen pausiert oder geschlossen sind.",
    cancel: "Schließen",
    confirm: "Aufnehmen",
  },
  {
    title: "Question from the hall",
    text: "Question",
    missing: "Please write the question.",
    whom: "For whom",
    language: "Language of the question",
    name: "Name",
    affiliation: "Affiliation",
    hint: "It comes into the inbox like any other, also while questions are paused or closed.",
    cancel: "Close",
    confirm: "Take in",
  },
);

const EMPTY = { text: "", name: "", affiliation: "", addressee: PANEL as string };

/** A helper types in what somebody in the hall asked; the form stays open for the next one. */
export function HallDialog({ desk }: { desk: Desk }) {
  const { house } = desk;
  return (
    <Dialog
      open={house.open.value === "hall"}
      title={words().title}
      onClose={() => {
        house.open.value = null;
      }}
    >
      <HallForm desk={desk} />
    </Dialog>
  );
}

function HallForm({ desk }: { desk: Desk }) {
  const draft = useSignal(EMPTY);
  const language = useSignal(desk.podium.room.about.peek()?.language ?? ofPage.peek());
  const missing = useSignal(false);
  const pending = useSignal(false);
  const change = (field: keyof typeof EMPTY) => (value: string) => {
    draft.value = { ...draft.peek(), [field]: value };
    missing.value = false;
  };
  const limits = { text: TEXT_LIMIT, name: NAME_LIMIT, affiliation: AFFILIATION_LIMIT } as const;
  const tooLong = (["text", "name", "affiliation"] as const).some(
    (field) => Array.from(draft.value[field]).length > limits[field],
  );
  const send = async (form: HTMLFormElement) => {
    const { text, name, affiliation, addressee } = draft.peek();
    missing.value = text.trim() === "";
    if (missing.value || tooLong || pending.value) return;
    pending.value = true;
    const taken = await desk.house.transcribe({
      text,
      language: language.peek(),
      name: name.trim() || null,
      affiliation: affiliation.trim() || null,
      addressee: addressee === PANEL ? null : addressee,
    });
    pending.value = false;
    if (!taken) return;
    draft.value = EMPTY;
    form.querySelector("textarea")?.focus();
  };
  return (
    <form
      class="decline"
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      {desk.house.refusal.value && <Notice tone="warning">{desk.house.refusal.value}</Notice>}
      <TextField
        label={words().text}
        hint={words().hint}
        error={missing.value ? words().missing : undefined}
        multiline
        rows={3}
        limit={TEXT_LIMIT}
        counter
        value={draft.value.text}
        onInput={change("text")}
      />
      <Select
        label={words().whom}
        value={draft.value.addressee}
        options={desk.lines.value.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={change("addressee")}
      />
      <div class="filters-pair">
        <TextField
          label={words().name}
          optional
          limit={NAME_LIMIT}
          value={draft.value.name}
          onInput={change("name")}
        />
        <TextField
          label={words().affiliation}
          optional
          limit={AFFILIATION_LIMIT}
          value={draft.value.affiliation}
          onInput={change("affiliation")}
        />
      </div>
      <Select
        label={words().language}
        value={language.value}
        options={[...new Set([language.value, ...LANGUAGES])].map((value) => ({
          value,
          label: languageName(value),
        }))}
        onChange={(value) => {
          language.value = value;
        }}
      />
      <div class="dialog-actions">
        <Button onClick={(event) => event.currentTarget.closest("dialog")?.close()}>{words().cancel}</Button>
        <Button kind="primary" type="submit" icon="plus" pending={pending.value}>
          {words().confirm}
        </Button>
      </div>
    </form>
  );
}
