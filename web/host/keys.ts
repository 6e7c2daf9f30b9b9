import { SESSION } from "../lib/wire.gen";
import type { Host } from "./host";

/** What each key does; the map in the header shows the same. */
export const KEYS = {
  next: "N",
  answered: "E",
  back: "Z",
  take: "1 … 9, 0",
  grant: "G",
  cue: "C",
  pause: "P",
  more: "+",
  less: "−",
  run: "R",
  slower: ",",
  faster: ".",
  down: "J",
  up: "K",
} as const;

const MINUTE = 60_000;

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

/** Single keys. Never while typing, never with a modifier, never in a dialog, once for each press. */
export function listenForKeys(host: Host): () => void {
  const pressed = (event: KeyboardEvent) => {
    const ignored = event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing;
    if (!host.shortcuts.peek() || ignored || isTyping(event.target)) return;
    if (document.querySelector("dialog[open], [popover]:popover-open")) return;
    if (act(host, event.key.toLowerCase())) event.preventDefault();
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

function act(host: Host, key: string): boolean {
  if (/^\d$/.test(key)) return take(host, Number(key));
  switch (key) {
    case "n":
      host.next();
      return true;
    case "e":
      host.answered();
      return true;
    case "z":
      host.back();
      return true;
    case "g":
      return press("[data-action=grant]");
    case "c":
      host.show("cues");
      // the field is in sight only after the section is drawn
      requestAnimationFrame(() => document.querySelector<HTMLElement>(".cue-form input")?.focus());
      return true;
    case "p":
      return press("[data-clock=session] [data-action=pause]");
    case "r":
      return steer("run");
    case ",":
      return steer("slower");
    case ".":
      return steer("faster");
    case "j":
      return steer("down");
    case "k":
      return steer("up");
    case "+":
    case "-":
      return extend(host, key === "+" ? MINUTE : -MINUTE);
    default:
      return false;
  }
}

/** The first question of a place: 1 to 9 the panellists in their order, 0 the whole panel. */
function take(host: Host, digit: number): boolean {
  const places = host.stage.places;
  const place = digit === 0 ? places.at(-1) : places.slice(0, -1)[digit - 1];
  const [first] = place === undefined ? [] : host.podium.room.queue(place);
  if (first !== undefined) host.take(first);
  return first !== undefined;
}

function extend(host: Host, by: number): boolean {
  if (!host.stage.session) return false;
  host.extend(SESSION, by);
  return true;
}

/** A step of the speaker's text whose controls show the keys. */
function steer(step: string): boolean {
  return press(`.steering[data-keys] [data-action=${step}]`);
}

function press(selector: string): boolean {
  const button = document.querySelector<HTMLElement>(selector);
  button?.click();
  return button !== null;
}
