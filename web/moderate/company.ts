import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Podium } from "../lib/podium";
import { remembered } from "../lib/storage";
import type { ColleagueView } from "../lib/wire.gen";

/** A look counts for thirty seconds; said again in time, it lasts while somebody is at work. */
const AGAIN = 10_000;
/** Who does nothing for so long has gone for coffee: the question is free for others. */
const IDLE = 45_000;

/** Who moderates besides oneself, and who looks at what. */
export class Company {
  readonly #podium: Podium;
  readonly #looking = signal<number | null>(null);
  #active = Date.now();

  /** What colleagues read; kept on this device. */
  readonly name: Signal<string> = remembered("moderate.name", "");
  readonly others: ReadonlySignal<readonly ColleagueView[]>;
  /** By question: the colleagues who look at it now. */
  readonly claims: ReadonlySignal<ReadonlyMap<number, readonly ColleagueView[]>>;

  constructor(podium: Podium) {
    this.#podium = podium;
    const { desk } = podium.room;
    this.others = computed(() => {
      const { me, colleagues } = desk.value;
      return (colleagues ?? []).filter(({ id }) => id !== me);
    });
    this.claims = computed(() => {
      const claims = new Map<number, ColleagueView[]>();
      for (const colleague of this.others.value)
        if (colleague.question !== null)
          claims.set(colleague.question, [...(claims.get(colleague.question) ?? []), colleague]);
      return claims;
    });
  }

  /** What a colleague is called; those without a name by their place. */
  title(colleague: ColleagueView, unnamed: (place: number) => string): string {
    return colleague.name ?? unnamed((this.#podium.room.desk.value.colleagues ?? []).indexOf(colleague) + 1);
  }

  /** Watches on which question the person works, until it is called off. */
  watch(root: Document = document): () => void {
    const stop = new AbortController();
    const options = { signal: stop.signal, passive: true };
    const at = (event: Event) => {
      this.#active = Date.now();
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-number]") : null;
      // a dialog belongs to the question it was opened for
      if (row) this.#looking.value = Number(row.dataset["number"]);
      else if (!(event.target instanceof Element && event.target.closest("dialog")))
        this.#looking.value = null;
    };
    for (const kind of ["focusin", "pointerdown"] as const) root.addEventListener(kind, at, options);
    const active = () => {
      this.#active = Date.now();
    };
    for (const kind of ["keydown", "pointermove"] as const) root.addEventListener(kind, active, options);
    const unsay = effect(() => {
      if (this.#podium.connection.value.kind === "live") this.#say(this.#looking.value, this.name.value);
    });
    const again = setInterval(() => {
      const idle = Date.now() - this.#active > IDLE || root.visibilityState === "hidden";
      if (idle) this.#looking.value = null;
      else if (this.#looking.peek() !== null) this.#say(this.#looking.peek(), this.name.peek());
    }, AGAIN);
    return () => {
      stop.abort();
      unsay();
      clearInterval(again);
    };
  }

  #say(question: number | null, name: string): void {
    this.#podium.send({ type: "look", question, name: name.trim() || null });
  }
}
