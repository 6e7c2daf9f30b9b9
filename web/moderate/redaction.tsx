import { type Signal, useSignal } from "@preact/signals";
import { messages } from "../lib/i18n";
import type { StaffQuestionView } from "../lib/wire.gen";
import { Button, Notice, Toggle } from "../ui";
import type { Desk, Dialogue } from "./desk";
import { blanked, passages, suspicious, wordsOf } from "./redact";

const words = messages(
  {
    how: "Tippen Sie die Wörter an, die verschwinden sollen.",
    text: "Frage",
    original: "Ursprünglicher Wortlaut",
    answer: "Antwort",
    note: "Satz an die fragende Person",
    name: (who: string) => `Name und Institution: ${who}`,
    whole: "Den ganzen Text",
    left: "Das bleibt:",
    final:
      "Endgültig: Auch im Protokoll, in allen Exporten und auf der Platte ist es danach nicht mehr zu lesen. Rückgängig geht nicht.",
    missing: "Bitte etwas auswählen.",
    cancel: "Abbrechen",
    confirm: "Endgültig schwärzen",
  },
  {
    how: "Tap the words that shall disappear.",
    text: "Question",
    original: "Original wording",
    answer: "Answer",
    note: "Sentence for the asker",
    name: (who: string) => `Name and affiliation: ${who}`,
    whole: "The whole text",
    left: "What is left:",
    final:
      "For good: after that nobody can read it, not in the log, not in any export, not on the disk. It cannot be undone.",
    missing: "Please choose something.",
    cancel: "Cancel",
    confirm: "Redact for good",
  },
);

const PARTS = ["text", "original", "answer", "note"] as const;
type Part = (typeof PARTS)[number];

/** Marks personal data in what was said with a question, and blanks it for good. */
export function Redaction({ desk, number, leave: _ }: { desk: Desk } & Dialogue) {
  const question = desk.question(number);
  const marked = useSignal<Readonly<Partial<Record<Part, ReadonlySet<number>>>>>(found(question));
  const whole = useSignal(false);
  const name = useSignal(false);
  const missing = useSignal(false);
  if (question === null) return null;
  const pieces = PARTS.flatMap((part) => passages(question[part] ?? "", marked.value[part] ?? new Set()));
  const who = [question.name, question.affiliation].filter(Boolean).join(", ");
  return (
    <form
      class="decline"
      onSubmit={(event) => {
        event.preventDefault();
        missing.value = pieces.length === 0 && !whole.value && !name.value;
        if (missing.value) return;
        event.currentTarget.closest("dialog")?.close();
        desk.redact(number, pieces, whole.value, name.value);
      }}
    >
      <p>{words().how}</p>
      {PARTS.map((part) => {
        const text = question[part];
        return text && <Passage key={part} part={part} text={text} marked={marked} />;
      })}
      <div>
        {who && (
          <Toggle
            label={words().name(who)}
            checked={name.value}
            onChange={(on) => {
              name.value = on;
            }}
          />
        )}
        <Toggle
          label={words().whole}
          checked={whole.value}
          onChange={(on) => {
            whole.value = on;
          }}
        />
      </div>
      <p class="redaction-left">
        <strong>{words().left}</strong> {whole.value ? "[…]" : blanked(question.text, pieces)}
      </p>
      <Notice tone="warning">{words().final}</Notice>
      {missing.value && (
        <p class="field-error" role="alert">
          {words().missing}
        </p>
      )}
      <div class="dialog-actions">
        <Button onClick={(event) => event.currentTarget.closest("dialog")?.close()}>{words().cancel}</Button>
        <Button kind="danger" type="submit" icon="redact">
          {words().confirm}
        </Button>
      </div>
    </form>
  );
}

function found(question: StaffQuestionView | null): Partial<Record<Part, ReadonlySet<number>>> {
  return Object.fromEntries(PARTS.map((part) => [part, suspicious(question?.[part] ?? "")]));
}

interface PassageProps {
  part: Part;
  text: string;
  marked: Signal<Readonly<Partial<Record<Part, ReadonlySet<number>>>>>;
}

/** A text whose words are switches. */
function Passage({ part, text, marked }: PassageProps) {
  const own = marked.value[part] ?? new Set<number>();
  const toggle = (index: number) => {
    const next = new Set(own);
    if (!next.delete(index)) next.add(index);
    marked.value = { ...marked.peek(), [part]: next };
  };
  const all = wordsOf(text);
  return (
    <fieldset class="redaction">
      <legend class="field-label">{words()[part]}</legend>
      <p>
        {all.map(({ start, end }, index) => (
          <>
            {text.slice(all[index - 1]?.end ?? 0, start)}
            <button
              key={start}
              type="button"
              class="redaction-word"
              aria-pressed={own.has(index)}
              onClick={() => toggle(index)}
            >
              {text.slice(start, end)}
            </button>
          </>
        ))}
        {text.slice(all.at(-1)?.end ?? 0)}
      </p>
    </fieldset>
  );
}
