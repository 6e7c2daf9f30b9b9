import type { Desk } from "./desk";

/** A key and the action of the focused question that it presses. */
const ACTIONS: Readonly<Record<string, string>> = {
  a: "approve",
  d: "decline",
  h: "hold",
  b: "air",
  u: "up",
  i: "down",
  m: "more",
  c: "compare",
};

export const KEYS = {
  next: "J",
  previous: "K",
  approve: "A",
  decline: "D",
  hold: "H",
  queue: "1 … 9, 0",
  air: "B",
  answer: "E",
  up: "U",
  down: "I",
  more: "M",
  compare: "C",
  fresh: "N",
  search: "/",
  undo: "Z",
} as const;

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

/** Single keys, for people who moderate for hours. Never while typing, never with a modifier, never in a dialog. */
export function listenForShortcuts(desk: Desk): () => void {
  const pressed = (event: KeyboardEvent) => {
    const ignored = event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing;
    if (!desk.shortcuts.peek() || ignored || isTyping(event.target)) return;
    // what dragging leaves in the top layer until the mouse moves is a manual one
    if (document.querySelector("dialog[open], [popover=auto]:popover-open")) return;
    if (act(desk, event.key.toLowerCase())) event.preventDefault();
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

function act(desk: Desk, key: string): boolean {
  const row = document.activeElement?.closest<HTMLElement>("[data-number]") ?? null;
  if (key === "j" || key === "k") return step(row, key === "j" ? 1 : -1);
  if (key === "e") {
    const onAir = desk.podium.room.stage.peek()?.on_air ?? null;
    if (onAir !== null) desk.answer(onAir);
    return onAir !== null;
  }
  if (key === "z") return desk.undoLast();
  if (key === "/") return look();
  if (key === "n") {
    const here = row?.closest(".list")?.querySelector(".list-fresh");
    return press(here ?? document.querySelector(".list-fresh"));
  }
  if (row === null) return false;
  if (/^\d$/.test(key)) return press(row.querySelector(`[data-key="${key}"]`));
  const action = ACTIONS[key];
  return action !== undefined && press(row.querySelector(`[data-action="${action}"]`));
}

function look(): boolean {
  const field = document.querySelector<HTMLElement>("[data-search]");
  field?.focus();
  return field !== null;
}

function press(button: Element | null): boolean {
  if (!(button instanceof HTMLElement)) return false;
  button.click();
  return true;
}

function step(from: HTMLElement | null, direction: 1 | -1): boolean {
  const rest = from?.closest(".list")?.querySelector<HTMLElement>(".list-rest button");
  if (rest && direction === 1 && from?.nextElementSibling === null) {
    // faster than the list is drawn: what comes next is there with the next frame
    rest.click();
    requestAnimationFrame(() => (from.nextElementSibling as HTMLElement | null)?.focus());
    return true;
  }
  const visible = [...document.querySelectorAll<HTMLElement>("[data-number]")].filter(
    (row) => row.offsetParent !== null,
  );
  const next = from === null ? visible[0] : visible[visible.indexOf(from) + direction];
  next?.focus();
  return next !== undefined;
}
