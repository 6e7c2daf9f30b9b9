import { useState } from "preact/hooks";
import { announce } from "../lib/a11y";
import type { Podium } from "../lib/podium";
import { edits, linesOf } from "../lib/script";
import { refusalSentence } from "../lib/sentences";
import type { Stage } from "../lib/stage";
import { SCRIPT_LIMIT } from "../lib/wire.gen";
import { FONTS, GROUNDS, MODES, type Options, RANGES } from "../stage/options";
import { Button } from "../ui/button";
import { Choice, TextField, Toggle } from "../ui/field";
import { Dialog } from "../ui/overlay";
import { options, set } from "./screen";
import { words } from "./words";

export type Which = "options" | "text" | null;

interface DialogsProps {
  podium: Podium;
  stage: Stage;
  place: string;
  which: Which;
  open: (which: Which) => void;
}

/** What is set up before the event; loaded when somebody wants it. */
export default function Dialogs(props: DialogsProps) {
  const { which, open } = props;
  return (
    <>
      <Dialog
        open={which === "options"}
        title={words().options}
        onClose={() => which === "options" && open(null)}
      >
        <Choices open={open} />
      </Dialog>
      <Dialog open={which === "text"} title={words().text} onClose={() => open(null)}>
        <Text {...props} />
      </Dialog>
    </>
  );
}

function Choices({ open }: Pick<DialogsProps, "open">) {
  const { mode, ground, font, picture, keys, name } = options.value;
  const of = words().choice;
  return (
    <div class="stack options">
      <Choice
        legend={of.mode}
        name="mode"
        value={mode}
        options={MODES.map((value) => ({ value, label: of.modes[value] }))}
        onChange={(chosen) => set({ mode: chosen })}
      />
      <Choice
        legend={of.ground}
        name="ground"
        value={ground}
        options={GROUNDS.map((value) => ({ value, label: of.grounds[value] }))}
        onChange={(chosen) => set({ ground: chosen })}
      />
      <Choice
        legend={of.font}
        name="font"
        value={font}
        options={FONTS.map((value) => ({ value, label: of.fonts[value] }))}
        onChange={(chosen) => set({ font: chosen })}
      />
      <Slider name="size" label={of.size} shown={(value) => `${Math.round(value * 100)} %`} />
      <Slider name="measure" label={of.measure} shown={(value) => of.letters(value)} />
      <Slider name="spacing" label={of.spacing} shown={(value) => value.toFixed(1)} />
      <Slider name="speed" label={words().speed} shown={(value) => words().speedOf(value)} />
      <Toggle label={of.picture} checked={picture} onChange={(on) => set({ picture: on })} />
      <Toggle label={of.keys} checked={keys} onChange={(on) => set({ keys: on })} />
      <TextField
        label={of.name}
        hint={of.nameHint}
        value={name}
        limit={80}
        onInput={(text) => set({ name: text.slice(0, 80) })}
      />
      <div class="row">
        <Button icon="edit" onClick={() => open("text")}>
          {words().text}
        </Button>
        <Button icon="copy" onClick={copyLink}>
          {of.copy}
        </Button>
      </div>
    </div>
  );
}

/** The address sets another screen up the same way; the token is not in it any more. */
function copyLink(): void {
  navigator.clipboard?.writeText(location.href).then(
    () => announce(words().choice.copied),
    () => announce(location.href),
  );
}

type Numeric = keyof typeof RANGES & keyof Options;

function Slider({ name, label, shown }: { name: Numeric; label: string; shown: (value: number) => string }) {
  const value = options.value[name];
  return (
    <label class="slider">
      <span class="field-label">{label}</span>
      <input
        type="range"
        {...RANGES[name]}
        value={value}
        aria-valuetext={shown(value)}
        onInput={(event) => set({ [name]: Number(event.currentTarget.value) })}
      />
      <span class="numeric">{shown(value)}</span>
    </label>
  );
}

/** The speaker's own text: pasted, from a file, or written here; the host may edit it at the same time. */
function Text({ podium, stage, place, open }: DialogsProps) {
  const script = stage.script(place);
  const [text, setText] = useState(() => script.lines.join("\n"));
  const [error, setError] = useState<string | undefined>();
  const save = async () => {
    const all = edits(place, script.revision, script.lines, linesOf(text)).map(
      (edit) => podium.perform("editscript", edit).outcome,
    );
    const outcomes = await Promise.all(all);
    const refused = outcomes.find((outcome) => !outcome.ok);
    if (refused && !refused.ok) {
      setError(refusalSentence(refused.code));
      return;
    }
    announce(words().saved);
    set({ mode: "script" });
    open(null);
  };
  return (
    <div class="stack">
      <TextField
        label={words().text}
        hint={words().textHint}
        multiline
        rows={12}
        counter
        limit={SCRIPT_LIMIT}
        value={text}
        error={error}
        onInput={setText}
      />
      <label class="button button-secondary button-m file">
        <span class="button-text">{words().file}</span>
        <input
          class="visually-hidden"
          type="file"
          accept=".txt,.md,text/plain,text/markdown"
          onChange={async (event) => {
            const file = event.currentTarget.files?.[0];
            if (file) setText(await file.text());
          }}
        />
      </label>
      <Button kind="primary" onClick={save}>
        {words().save}
      </Button>
    </div>
  );
}
