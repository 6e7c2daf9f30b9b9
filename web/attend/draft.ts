import { type Signal, signal } from "@preact/signals";
import type { Settled } from "../lib/outbox";
import type { Podium } from "../lib/podium";
import { own, remembered } from "../lib/storage";
import { AFFILIATION_LIMIT, type Ask, type Code, NAME_LIMIT, PANEL, TEXT_LIMIT } from "../lib/wire.gen";

/** What stands in the form. */
export interface Draft {
  readonly text: string;
  readonly addressee: string;
  readonly name: string;
  readonly affiliation: string;
}

/** A question that the server did not take, kept until the person decides. */
export interface Returned {
  readonly id: string;
  readonly draft: Draft;
  readonly code: Code;
}

export type FieldName = keyof Draft;

/** A fault at a field: too many characters, nothing at all, or what the server says. */
export type Fault =
  | { readonly kind: "empty" }
  | { readonly kind: "long"; readonly over: number }
  | { readonly kind: "refused"; readonly code: Code; readonly retryAfter: number | null };

export type Faults = Partial<Record<FieldName, Fault>>;

const LIMITS = { text: TEXT_LIMIT, name: NAME_LIMIT, affiliation: AFFILIATION_LIMIT } as const;

/** As the server counts: code points in normal form C, without white space around. */
export function length(text: string): number {
  return Array.from(text.normalize("NFC").trim()).length;
}

/** What is wrong with a draft, by field; nothing when it can be sent. */
export function faults(draft: Draft): Faults {
  const found: Faults = {};
  for (const field of ["text", "name", "affiliation"] as const) {
    const over = length(draft[field]) - LIMITS[field];
    if (over > 0) found[field] = { kind: "long", over };
  }
  if (length(draft.text) === 0) found.text = { kind: "empty" };
  return found;
}

/** The form of a room: survives a reload, and never loses a text, whatever the server says to it. */
export class AskForm {
  readonly draft: Signal<Draft>;
  readonly faults = signal<Faults>({});
  readonly returned: Signal<readonly Returned[]>;

  constructor(room: string) {
    const empty = { text: "", addressee: PANEL, name: "", affiliation: "" };
    this.draft = remembered<Draft>(`draft/${room}`, empty, own);
    this.returned = remembered<readonly Returned[]>(`returned/${room}`, [], own);
  }

  change(field: FieldName, value: string): void {
    this.draft.value = { ...this.draft.peek(), [field]: value };
    const { [field]: fault, ...others } = this.faults.peek();
    if (fault) this.faults.value = others;
  }

  /** Hands the question over to the outbox; false when something is wrong, which then stands at its field. */
  send(podium: Podium, language: string): boolean {
    const draft = this.draft.peek();
    this.faults.value = faults(draft);
    if (Object.keys(this.faults.value).length > 0) return false;
    podium.perform("ask", {
      text: draft.text,
      language,
      name: draft.name.trim() || null,
      affiliation: draft.affiliation.trim() || null,
      addressee: draft.addressee === PANEL ? null : draft.addressee,
    });
    // the name stays: nobody wants to type it twice
    this.draft.value = { ...draft, text: "" };
    return true;
  }

  /** A refused question returns into the form, or waits beside it when something new stands there already. */
  settled({ pending, outcome }: Settled): void {
    if (pending.command !== "ask" || outcome.ok) return;
    const { code, retryAfter } = outcome;
    const draft = asDraft(pending.body as Ask);
    if (this.draft.peek().text.trim() === "") this.#restore(draft, code, retryAfter);
    else this.returned.value = [...this.returned.peek(), { id: pending.id, draft, code }];
  }

  /** Takes a returned question back into the form; what stood there takes its place. */
  edit(returned: Returned): void {
    const present = this.draft.peek();
    const others = this.returned.peek().filter(({ id }) => id !== returned.id);
    const swapped = present.text.trim() === "" ? [] : [{ ...returned, draft: present }];
    this.returned.value = [...others, ...swapped];
    this.#restore(returned.draft, returned.code, null);
  }

  discard(returned: Returned): void {
    this.returned.value = this.returned.peek().filter(({ id }) => id !== returned.id);
  }

  #restore(draft: Draft, code: Code, retryAfter: number | null): void {
    this.draft.value = draft;
    const field = code === "unknown_panellist" ? "addressee" : "text";
    this.faults.value = { [field]: { kind: "refused", code, retryAfter } };
  }
}

function asDraft(ask: Ask): Draft {
  const { text, addressee, name, affiliation } = ask;
  return { text, addressee: addressee ?? PANEL, name: name ?? "", affiliation: affiliation ?? "" };
}
