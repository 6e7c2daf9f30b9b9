import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type {
  CountView,
  Desk,
  Entity,
  Event,
  IntakeView,
  PromptView,
  QuestionView,
  QueueView,
  ReceiptView,
  RoomView,
  RulesView,
  StaffQuestionView,
  StageView,
  Tick,
  Welcome,
} from "./wire.gen";

/** A frame that tells about the room. */
export type Told = Welcome | Event | Tick;

type Question = QuestionView | StaffQuestionView;

/**
 * A room as this page has been told: entities under their keys, kept as signals. A snapshot and the events after it
 * lead to the same as a later snapshot.
 */
export class Room {
  readonly #entities = signal<ReadonlyMap<string, Entity>>(new Map());
  readonly #votes = signal<ReadonlyMap<number, number>>(new Map());
  readonly #votesOf = new Map<number, ReadonlySignal<number>>();
  readonly #voted = signal<ReadonlySet<number>>(new Set());
  readonly #attending = signal(0);
  readonly #viewers = signal<Readonly<Record<string, number>>>({});
  readonly #desk = signal<Desk>({});
  readonly #ready = signal(false);
  #seq: number | null = null;

  readonly entities: ReadonlySignal<ReadonlyMap<string, Entity>> = this.#entities;
  readonly voted: ReadonlySignal<ReadonlySet<number>> = this.#voted;
  readonly attending: ReadonlySignal<number> = this.#attending;
  /** By feed that somebody publishes now: how many watch it. */
  readonly viewers: ReadonlySignal<Readonly<Record<string, number>>> = this.#viewers;
  /** What moderators alone are told beside the entities: colleagues, fairness, similar questions. */
  readonly desk: ReadonlySignal<Desk> = this.#desk;
  /** Whether a snapshot has arrived. */
  readonly ready: ReadonlySignal<boolean> = this.#ready;

  readonly about = this.#single<RoomView>("room");
  readonly intake = this.#single<IntakeView>("intake");
  readonly rules = this.#single<RulesView>("rules");
  readonly stage = this.#single<StageView>("stage");
  readonly count = this.#single<CountView>("count");
  readonly prompt = this.#single<PromptView>("prompt");
  readonly questions = this.#numbered<Question>("question/");
  readonly staffQuestions = this.questions as ReadonlySignal<readonly StaffQuestionView[]>;
  readonly receipts = this.#numbered<ReceiptView>("receipt/");
  readonly onAir = computed(() => this.question(this.stage.value?.on_air ?? null));

  /** The number reached, to resume from; null before the first snapshot. */
  get seq(): number | null {
    return this.#seq;
  }

  question(number: number | null): Question | null {
    return number === null ? null : this.#get<Question>(`question/${number}`);
  }

  /** A running order as moderators see it, first to last. */
  queue(name: string): readonly number[] {
    return this.#get<QueueView>(`queue/${name}`)?.numbers ?? [];
  }

  votes(number: number): ReadonlySignal<number> {
    let votes = this.#votesOf.get(number);
    if (votes === undefined) {
      votes = computed(() => this.#votes.value.get(number) ?? 0);
      this.#votesOf.set(number, votes);
    }
    return votes;
  }

  /** Whether this device supports a question, or one merged into it. */
  supports(number: number): boolean {
    const voted = this.voted.value;
    return [number, ...(this.question(number)?.merged ?? [])].some((one) => voted.has(one));
  }

  isLive(feed: string): boolean {
    return feed in this.viewers.value;
  }

  /** The name of a panellist, "" for the whole panel and for nobody. */
  panellistName(id: string | null): string {
    return this.about.value?.panellists.find((panellist) => panellist.id === id)?.name ?? "";
  }

  apply(frame: Told): void {
    batch(() => {
      this.#seq = frame.seq;
      if (frame.type === "welcome") this.#welcome(frame);
      else if (frame.type === "event") this.#change(frame.put ?? {}, frame.drop ?? []);
      else this.#tick(frame);
    });
  }

  /** The own vote, as soon as it is cast: the server counts, the button need not wait. */
  support(number: number, support: boolean): void {
    const voted = new Set(this.#voted.peek());
    if (support) voted.add(number);
    else for (const one of [number, ...(this.question(number)?.merged ?? [])]) voted.delete(one);
    this.#voted.value = voted;
  }

  #welcome(frame: Welcome): void {
    if (frame.complete) this.#entities.value = new Map(Object.entries(frame.entities));
    else this.#change(frame.entities, frame.drop);
    this.#votes.value = new Map(numbered(frame.votes));
    this.#voted.value = new Set(frame.voted);
    this.#attending.value = frame.attending;
    this.#viewers.value = frame.viewers;
    this.#desk.value = frame.desk ?? {};
    this.#ready.value = true;
  }

  #change(put: Readonly<Record<string, Entity>>, drop: readonly string[]): void {
    const entities = new Map(this.#entities.peek());
    for (const [key, entity] of Object.entries(put)) entities.set(key, entity);
    for (const key of drop) entities.delete(key);
    this.#entities.value = entities;
  }

  #tick(frame: Tick): void {
    if (frame.votes) this.#votes.value = new Map([...this.#votes.peek(), ...numbered(frame.votes)]);
    if (frame.viewers) this.#viewers.value = frame.viewers;
    if (frame.desk) {
      const before = this.#desk.peek();
      const similar = { ...before.similar, ...frame.desk.similar };
      this.#desk.value = { ...before, ...frame.desk, similar };
    }
    this.#attending.value = frame.attending;
  }

  #get<Kind extends Entity>(key: string): Kind | null {
    // what stands under a key is fixed by the protocol: room, stage, count, prompt, question/…, queue/…, receipt/…
    return (this.#entities.value.get(key) as Kind | undefined) ?? null;
  }

  #single<Kind extends Entity>(key: string): ReadonlySignal<Kind | null> {
    return computed(() => this.#get<Kind>(key));
  }

  #numbered<Kind extends Entity & { readonly number: number }>(
    prefix: string,
  ): ReadonlySignal<readonly Kind[]> {
    return computed(() => {
      const found: Kind[] = [];
      for (const [key, entity] of this.#entities.value)
        if (key.startsWith(prefix)) found.push(entity as Kind);
      return found.sort((one, other) => one.number - other.number);
    });
  }
}

function numbered(counts: Readonly<Record<string, number>>): [number, number][] {
  return Object.entries(counts).map(([number, count]) => [Number(number), count]);
}
