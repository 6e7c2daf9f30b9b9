import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { remembered } from "./storage";

export const LANGUAGES = ["de", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Sentences, plain or made from values, grouped as deep as wanted. */
export type Messages = { readonly [key: string]: string | ((...values: never[]) => string) | Messages };

/** The shape that a translation must have: exactly that of the German source. */
export type Translation<Source> = {
  readonly [Key in keyof Source]: Source[Key] extends string
    ? string
    : Source[Key] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Translation<Source[Key]>;
};

const LOCALES: Readonly<Record<Language, string>> = { de: "de-DE", en: "en-GB" };

const chosen = remembered<Language | null>("language", null);
const suggested = signal<Language>(ofBrowser(navigator.languages) ?? "de");

/** What the page speaks: what the person chose, else what the browser asks for, else the room's language. */
export const language: ReadonlySignal<Language> = computed(() => known(chosen.value) ?? suggested.value);

effect(() => {
  document.documentElement.lang = language.value;
});

export function chooseLanguage(wanted: Language): void {
  chosen.value = wanted;
}

/** The room's language, for people whose browser asks for none that we speak. */
export function suggestLanguage(ofRoom: string): void {
  if (ofBrowser(navigator.languages) === null) suggested.value = known(ofRoom) ?? suggested.peek();
}

/** The first of a browser's languages that we speak, or null. */
export function ofBrowser(tags: readonly string[]): Language | null {
  for (const tag of tags) {
    const found = known(tag);
    if (found) return found;
  }
  return null;
}

function known(tag: string | null): Language | null {
  const primary = tag?.split("-", 1)[0]?.toLowerCase();
  return LANGUAGES.find((candidate) => candidate === primary) ?? null;
}

/** The English sentences, here already or in a file of their own that is loaded when somebody wants them. */
type English<Source> = Translation<Source> | (() => Promise<{ readonly english: Translation<Source> }>);

const loading = new Set<Promise<void>>();

/** The sentences in the language of the page. Read inside a component, it follows the person's choice. */
export function messages<Source extends Messages>(
  german: Source,
  english: English<Source>,
): () => Translation<Source> {
  // the source has its own shape; TypeScript cannot see that through a generic mapped type
  const source = german as unknown as Translation<Source>;
  const pack = signal(typeof english === "function" ? null : english);
  if (typeof english === "function")
    effect(() => {
      if (language.value === "en" && pack.value === null) load(pack, english);
    });
  return () => (language.value === "en" && pack.value) || source;
}

function load<Pack>(pack: Signal<Pack | null>, fetch: () => Promise<{ readonly english: Pack }>): void {
  const loaded = fetch()
    .then(({ english }) => {
      pack.value = english;
    })
    // German stands until a reload; that is better than a blank page
    .catch(() => undefined)
    .finally(() => loading.delete(loaded));
  loading.add(loaded);
}

/** Settles when the sentences of the present language are here. */
export async function languageReady(): Promise<void> {
  await Promise.all(loading);
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(LOCALES[language.value]).format(value);
}

/** What an organiser wrote in one or both languages: in the page's where there is one, else the other. */
export function inLanguage(texts: { readonly de: string | null; readonly en: string | null }): string | null {
  return language.value === "de" ? (texts.de ?? texts.en) : (texts.en ?? texts.de);
}

/** What a language is called in the page's own, "Englisch"; a tag nobody knows is its own name. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(LOCALES[language.value], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** The time of day, "15:04". */
export function formatTime(at: number): string {
  return new Intl.DateTimeFormat(LOCALES[language.value], { hour: "2-digit", minute: "2-digit" }).format(at);
}

/** The time of day with seconds, "15:04:10". */
export function formatClock(at: number): string {
  return new Intl.DateTimeFormat(LOCALES[language.value], { timeStyle: "medium" }).format(at);
}

/** A time gone by: "15:04:10" of the same day, "27. Okt., 15:04" of another. */
export function formatPast(at: number, now: number): string {
  if (new Date(at).toDateString() === new Date(now).toDateString()) return formatClock(at);
  return new Intl.DateTimeFormat(LOCALES[language.value], {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
}

/** A moment to come, "Mittwoch, 28. Oktober um 15:00". */
export function formatMoment(at: number): string {
  return new Intl.DateTimeFormat(LOCALES[language.value], {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
}

/** A span of milliseconds, "02:10" or "1:02:10". */
export function formatDuration(span: number): string {
  const seconds = Math.max(0, Math.floor(span / 1000));
  const pair = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${pair(Math.floor(seconds / 60) % 60)}:${pair(seconds % 60)}`;
}

/** How long ago, "vor 3 Minuten"; under a minute "jetzt". */
export function formatAgo(at: number, now: number): string {
  const minutes = Math.round((at - now) / 60_000);
  const format = new Intl.RelativeTimeFormat(LOCALES[language.value], { numeric: "auto" });
  if (minutes >= 0) return format.format(0, "second");
  return minutes > -60 ? format.format(minutes, "minute") : format.format(Math.round(minutes / 60), "hour");
}

/** The form of a word that fits the number. */
export function plural(count: number, forms: { readonly one: string; readonly other: string }): string {
  return new Intl.PluralRules(LOCALES[language.value]).select(count) === "one" ? forms.one : forms.other;
}
