import { useEffect, useMemo, useState } from "preact/hooks";
import { linesOf } from "../lib/script";
import { refusalSentence } from "../lib/sentences";
import { BRIEFING_LIMIT, SCRIPT_LIMIT } from "../lib/wire.gen";
import { Button, Dialog, TextField } from "../ui";
import { ScriptDraft } from "./draft";
import type { Host } from "./host";
import { words } from "./words";

/** What needs words: the note beside a question, and a speaker's script. */
export default function Dialogs({ host }: { host: Host }) {
  const number = host.briefed.value;
  const place = host.script.value;
  const closeNote = () => {
    host.briefed.value = null;
  };
  const closeScript = () => {
    host.script.value = null;
  };
  return (
    <>
      <Dialog open={number !== null} title={words().brief.title(number ?? 0)} onClose={closeNote}>
        {number !== null && <Note host={host} number={number} close={closeNote} />}
      </Dialog>
      <Dialog
        open={place !== null}
        title={words().script.title(host.placeName(place ?? ""))}
        onClose={closeScript}
      >
        {place !== null && <Script host={host} place={place} />}
      </Dialog>
    </>
  );
}

function Note({ host, number, close }: { host: Host; number: number; close: () => void }) {
  const before = host.question(number)?.briefing ?? "";
  const [note, setNote] = useState(before);
  const save = async (text: string) => {
    if (await host.perform("brief", { question: number, note: text.trim() || null }, words().said.briefed))
      close();
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void save(note);
      }}
    >
      <p class="dialog-quote">{host.question(number)?.text}</p>
      <TextField
        label={words().brief.button}
        hint={words().brief.hint}
        value={note}
        limit={BRIEFING_LIMIT}
        counter
        onInput={setNote}
      />
      <div class="dialog-actions">
        {before && (
          <Button icon="close" onClick={() => void save("")}>
            {words().brief.remove}
          </Button>
        )}
        <Button kind="primary" type="submit" icon="answer">
          {words().brief.save}
        </Button>
      </div>
    </form>
  );
}

function Script({ host, place }: { host: Host; place: string }) {
  const draft = useMemo(() => new ScriptDraft(host.podium, host.stage, place), [host, place]);
  useEffect(() => () => draft.close(), [draft]);
  const refusal = draft.refusal.value;
  const says = words().script;
  return (
    <div class="stack script-edit">
      <TextField
        label={says.label}
        hint={says.hint}
        multiline
        rows={14}
        limit={SCRIPT_LIMIT}
        value={draft.text.value}
        error={refusal === null ? undefined : refusalSentence(refusal)}
        onInput={(text) => draft.write(text)}
      />
      <p class="muted">{draft.open.value ? says.open : says.kept}</p>
      <label class="button button-secondary button-m script-file">
        <span class="button-text">{says.file}</span>
        <input
          class="visually-hidden"
          type="file"
          accept=".txt,.md,text/plain,text/markdown"
          onChange={async (event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file) draft.write(linesOf(await file.text()).join("\n"));
          }}
        />
      </label>
    </div>
  );
}
