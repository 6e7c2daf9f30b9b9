import { useSignal } from "@preact/signals";
import { announce } from "../lib/a11y";
import { formatNumber, messages } from "../lib/i18n";
import type { Link } from "../lib/link";
import { reasonName, stateName } from "../lib/sentences";
import type { CountView, State } from "../lib/wire.gen";
import { Icon, Notice, Popover } from "../ui";
import { fetchRecord, type RecordFile, save, type Version } from "./download";

const words = messages(
  {
    title: "Protokoll",
    versions: { full: "Vollständig, vertraulich", public: "Öffentliche Fassung" },
    files: {
      "minutes.html": "Protokoll zum Drucken",
      "questions.csv": "Fragen als Tabelle (CSV)",
      "questions.json": "Fragen als JSON",
      "log.csv": "Entscheidungen als Tabelle (CSV)",
      "log.json": "Entscheidungen als JSON",
    },
    asked: (n: string) => `${n} gestellt`,
    shown: (n: string) => `${n} gezeigt`,
    reasons: "Gründe",
    saved: (name: string) => `${name} gespeichert.`,
    failed: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.",
  },
  {
    title: "Records",
    versions: { full: "Complete, confidential", public: "Public version" },
    files: {
      "minutes.html": "Minutes to print",
      "questions.csv": "Questions as a table (CSV)",
      "questions.json": "Questions as JSON",
      "log.csv": "Decisions as a table (CSV)",
      "log.json": "Decisions as JSON",
    },
    asked: (n: string) => `${n} asked`,
    shown: (n: string) => `${n} shown`,
    reasons: "Reasons",
    saved: (name: string) => `${name} saved.`,
    failed: "That did not work. Please try again.",
  },
);

type FileName = keyof ReturnType<typeof words>["files"];

const FILES: Readonly<Record<Version, readonly FileName[]>> = {
  full: ["minutes.html", "questions.csv", "questions.json", "log.csv", "log.json"],
  public: ["minutes.html", "questions.csv", "questions.json"],
};

interface RecordsProps {
  link: Link;
  count: CountView | null;
  /** Where there is no room for its name. */
  compact?: boolean;
}

/** Everything of the room to take home, at any moment, and the count of what became of all questions. */
export function Records({ link, count, compact = false }: RecordsProps) {
  const pending = useSignal(false);
  const failed = useSignal(false);
  const take = async (wanted: RecordFile) => {
    if (pending.value) return;
    pending.value = true;
    failed.value = false;
    try {
      const file = await fetchRecord(link, wanted);
      save(file);
      announce(words().saved(file.name));
    } catch {
      failed.value = true;
      announce(words().failed);
    } finally {
      pending.value = false;
    }
  };
  return (
    <Popover compact={compact} size="s" icon="download" label={words().title}>
      <div class="records" aria-busy={pending.value}>
        <h2>{words().title}</h2>
        {count && <Counted count={count} />}
        {failed.value && <Notice tone="warning">{words().failed}</Notice>}
        {(Object.keys(FILES) as Version[]).map((version) => (
          <section key={version} aria-labelledby={`records-${version}`}>
            <h3 id={`records-${version}`}>{words().versions[version]}</h3>
            <ul class="menu">
              {FILES[version].map((file) => (
                <li key={file}>
                  <button
                    type="button"
                    class="menu-item"
                    aria-disabled={pending.value || undefined}
                    onClick={() => take({ version, file })}
                  >
                    <Icon name="download" />
                    <span>{words().files[file]}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Popover>
  );
}

function Counted({ count: { asked, shown, others, reasons } }: { count: CountView }) {
  const rest = Object.entries(others).map(
    ([state, number]) => `${formatNumber(number)} ${stateName(state as State).toLowerCase()}`,
  );
  const why = Object.entries(reasons).map(([code, number]) => `${formatNumber(number)} ${reasonName(code)}`);
  return (
    <p class="numeric">
      {[words().asked(formatNumber(asked)), words().shown(formatNumber(shown)), ...rest].join(", ")}
      {why.length > 0 && `. ${words().reasons}: ${why.join(", ")}`}.
    </p>
  );
}
