import { signal } from "@preact/signals";
import type { ConnectionState } from "./connection";
import { messages } from "./i18n";
import type { Code, Reason, State } from "./wire.gen";

type OfStates = Readonly<Record<State, string>>;
type OfReasons = Readonly<Record<Reason, string>>;
type OfConnection = Readonly<Record<Exclude<ConnectionState["kind"], "ended">, string>>;

/** The source: what it says here, the other languages say in their way. */
export const german = {
  states: {
    submitted: "Eingegangen",
    held: "Vorgemerkt",
    approved: "Freigegeben",
    declined: "Abgelehnt",
    merged: "Zusammengeführt",
    queued: "Eingereiht",
    on_air: "Auf der Bühne",
    answered: "Beantwortet",
    deferred: "Zurückgestellt",
    withdrawn: "Zurückgezogen",
  } satisfies OfStates,
  reasons: {
    off_topic: "passt nicht zum Thema",
    already_asked: "wurde schon gefragt",
    already_answered: "wurde schon beantwortet",
    personal_data: "enthält persönliche Angaben",
    not_civil: "ist nicht respektvoll formuliert",
    not_a_question: "ist keine Frage",
    no_time: "die Zeit reicht nicht",
    other: "anderer Grund",
  } satisfies OfReasons,
  connection: {
    connecting: "Verbindung wird aufgebaut …",
    live: "Verbunden",
    stale: "Verbindung unterbrochen, neuer Versuch läuft …",
    offline: "Kein Internet. Es geht von selbst weiter, sobald Sie wieder online sind.",
  } satisfies OfConnection,
};

const words = messages(german, () => import("./sentences.en"));

const refusals = signal<typeof import("./refusals") | null>(null);
let isLoading = false;

/** Fetches what refusals mean, beside the page: nothing is refused before somebody has done something. */
export async function loadRefusals(): Promise<void> {
  if (isLoading) return;
  isLoading = true;
  // without a network; the next refusal tries again
  refusals.value = await import("./refusals").catch(() => null);
  isLoading = refusals.value !== null;
}

void loadRefusals();

/** What a refusal means to a person; retryAfter: milliseconds until it may succeed. */
export function refusalSentence(code: Code, retryAfter: number | null = null): string {
  if (refusals.value === null) void loadRefusals();
  return refusals.value?.sentence(code, retryAfter) ?? "";
}

export function stateName(state: State): string {
  return words().states[state];
}

/** Why a question was declined; a reason this page does not know yet reads as "another reason". */
export function reasonName(reason: string): string {
  const reasons: Readonly<Record<string, string>> = words().reasons;
  return reasons[reason] ?? words().reasons.other;
}

export function connectionSentence(state: ConnectionState): string {
  return state.kind === "ended" ? refusalSentence(state.code) : words().connection[state.kind];
}
