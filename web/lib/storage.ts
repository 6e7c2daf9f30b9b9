import { effect, type Signal, signal } from "@preact/signals";

/** What survives a reload. Narrower than the browser's Storage, so that tests and forbidden storage need little. */
export interface Storage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

const PREFIX = "podium.";

/** Storage that lives as long as the page: for tests, and for browsers that forbid or have filled theirs. */
export class MemoryStorage implements Storage {
  readonly #values = new Map<string, string>();

  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  set(key: string, value: string): void {
    this.#values.set(key, value);
  }

  remove(key: string): void {
    this.#values.delete(key);
  }

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }
}

/** The browser's storage under our prefix. What it refuses to keep is kept in memory instead. */
class BrowserStorage implements Storage {
  readonly #area: globalThis.Storage;
  readonly #overflow = new MemoryStorage();

  constructor(area: globalThis.Storage) {
    this.#area = area;
  }

  get(key: string): string | null {
    return this.#overflow.get(key) ?? this.#area.getItem(PREFIX + key);
  }

  set(key: string, value: string): void {
    try {
      this.#area.setItem(PREFIX + key, value);
      this.#overflow.remove(key);
    } catch {
      this.#overflow.set(key, value);
    }
  }

  remove(key: string): void {
    this.#overflow.remove(key);
    this.#area.removeItem(PREFIX + key);
  }

  keys(): readonly string[] {
    const stored = Object.keys(this.#area).filter((key) => key.startsWith(PREFIX));
    return [...new Set([...stored.map((key) => key.slice(PREFIX.length)), ...this.#overflow.keys()])];
  }
}

/** The area of the browser, or memory where the browser gives none. */
export function browserStorage(area: () => globalThis.Storage): Storage {
  try {
    // reading the property already throws where site data is blocked
    return new BrowserStorage(area());
  } catch {
    return new MemoryStorage();
  }
}

/** Kept on this device until removed. */
export const lasting = browserStorage(() => localStorage);

/** Kept for this tab only. */
export const tab = browserStorage(() => sessionStorage);

type Values = Pick<Storage, "get" | "set">;

/** Kept for this tab and, as it was left last in any, for the next one: two tabs do not undo each other. */
export const own: Values = {
  get: (key) => tab.get(key) ?? lasting.get(key),
  set(key, value) {
    tab.set(key, value);
    lasting.set(key, value);
  },
};

/** A signal whose value is kept on this device under a key. Anything unreadable counts as not there. */
export function remembered<T>(key: string, initial: T, area: Values = lasting): Signal<T> {
  const value = signal(parsed<T>(area.get(key)) ?? initial);
  const kept = JSON.stringify(value.peek());
  effect(() => {
    const text = JSON.stringify(value.value);
    if (text !== kept || area.get(key) !== null) area.set(key, text);
  });
  return value;
}

/** The value in a JSON text, or null when there is none. */
export function parsed<T>(text: string | null): T | null {
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
