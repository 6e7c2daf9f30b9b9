import { effect, type Signal, signal } from "@preact/signals";
import { lasting } from "../lib/storage";
import { MIRRORS, type Mirror } from "./mirror";

export const MODES = ["card", "script"] as const;
export const GROUNDS = ["dark", "light", "contrast"] as const;
export const FONTS = ["hyperlegible", "sans", "serif"] as const;

/** How one screen shows things. Each can be given in the address, `?mode=script&mirror=h`, and is kept on the device. */
export interface Options {
  readonly mode: (typeof MODES)[number];
  readonly mirror: Mirror;
  readonly ground: (typeof GROUNDS)[number];
  readonly font: (typeof FONTS)[number];
  /** Of the script's letters, as a share of the standard size. */
  readonly size: number;
  /** Of a line of the script, in letters. */
  readonly measure: number;
  readonly spacing: number;
  /** Words a minute. */
  readonly speed: number;
  /** Whether the programme is shown, small and silent. */
  readonly picture: boolean;
  /** Whether single keys (B and the full stop) do something. */
  readonly keys: boolean;
  /** By which the host knows this screen. */
  readonly name: string;
}

export const STANDARD: Options = {
  mode: "card",
  mirror: "",
  ground: "dark",
  font: "hyperlegible",
  size: 1,
  measure: 32,
  spacing: 1.4,
  speed: 120,
  picture: false,
  keys: true,
  name: "",
};

export const RANGES = {
  size: { min: 0.5, max: 2.5, step: 0.1 },
  measure: { min: 12, max: 60, step: 2 },
  spacing: { min: 1, max: 2.2, step: 0.1 },
  speed: { min: 40, max: 260, step: 5 },
} as const;

const NAME_LIMIT = 80;

const oneOf =
  <Value extends string>(values: readonly Value[]) =>
  (text: string) =>
    values.find((value) => value === text);

const within = (range: keyof typeof RANGES) => (text: string) => {
  const { min, max } = RANGES[range];
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : undefined;
};

const yes = (text: string) => (text === "1" ? true : text === "0" ? false : undefined);

const READ: { readonly [Name in keyof Options]: (text: string) => Options[Name] | undefined } = {
  mode: oneOf(MODES),
  mirror: oneOf(MIRRORS),
  ground: oneOf(GROUNDS),
  font: oneOf(FONTS),
  size: within("size"),
  measure: within("measure"),
  spacing: within("spacing"),
  speed: within("speed"),
  picture: yes,
  keys: yes,
  name: (text) => text.slice(0, NAME_LIMIT),
};

const NAMES = Object.keys(STANDARD) as (keyof Options)[];

/** What an address asks for; what it does not know or say is left out. */
export function asked(search: string): Partial<Options> {
  const query = new URLSearchParams(search);
  const found: Record<string, unknown> = {};
  for (const name of NAMES) {
    const text = query.get(name);
    const value = text === null ? undefined : READ[name](text);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** The query that asks for these options, "" when they are the standard. Other parameters stay. */
export function query(options: Options, search = ""): string {
  const parameters = new URLSearchParams(search);
  for (const name of NAMES) {
    const value = options[name];
    if (value === STANDARD[name]) parameters.delete(name);
    else parameters.set(name, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  }
  return parameters.size > 0 ? `?${parameters}` : "";
}

/** The options of this screen: the address first, then what was kept under the key, then the standard. */
export function optionsOf(key: string): Signal<Options> {
  const kept = asked(lasting.get(key) ?? "");
  const options = signal<Options>({ ...STANDARD, ...kept, ...asked(location.search) });
  effect(() => {
    lasting.set(key, query(options.value));
    const search = query(options.value, location.search);
    if (search !== location.search)
      history.replaceState(history.state, "", location.pathname + search + location.hash);
  });
  return options;
}
