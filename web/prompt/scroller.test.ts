import { beforeEach, describe, expect, it } from "vitest";
import { blocksOf } from "../lib/script";
import { MemoryStorage } from "../lib/storage";
import { Scroller } from "./scroller";

const HEIGHT = 100;
const WINDOW = 1_000;
const LINE = 340;

/** Elements as a browser would lay them out: parts of one height below each other, behind the room above the first. */
function laidOut(parts: number) {
  const window = document.createElement("div");
  const text = document.createElement("div");
  const grow = (count: number) => {
    text.replaceChildren(
      ...Array.from({ length: count }, (_, index) => {
        const part = document.createElement("p");
        Object.defineProperties(part, {
          offsetTop: { value: LINE + index * HEIGHT },
          offsetHeight: { value: HEIGHT },
        });
        return part;
      }),
    );
  };
  Object.defineProperties(window, {
    clientHeight: { value: WINDOW },
    scrollHeight: { get: () => WINDOW + text.children.length * HEIGHT },
    scrollTo: { value: ({ top }: { top: number }) => Object.assign(window, { scrollTop: top }) },
  });
  grow(parts);
  return { window, text, grow };
}

const speech = (...parts: string[]) => blocksOf(parts.flatMap((part) => [part, ""]));
const key = (name: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key: name, ...more });

describe("a text under the reading line", () => {
  let storage: MemoryStorage;

  beforeEach(() => {
    storage = new MemoryStorage();
  });

  const begin = (layout: ReturnType<typeof laidOut>, blocks: ReturnType<typeof speech>) => {
    const scroller = new Scroller(() => 60);
    const end = scroller.attach(layout.window, layout.text, storage, "place");
    scroller.measure(blocks);
    return { scroller, end };
  };

  it("steps to the next part and back, and not beyond the ends", () => {
    const layout = laidOut(3);
    const { scroller, end } = begin(layout, speech("Eins", "Zwei", "Drei"));
    const stood = ["PageUp", "PageDown", "PageDown", "PageDown", "PageUp"].map((name) => {
      scroller.key(key(name), true);
      return layout.window.scrollTop;
    });
    expect(stood).toEqual([0, 100, 200, 200, 100]);
    end();
  });

  it("goes from one heading to the next with Shift", () => {
    const layout = laidOut(5);
    const { scroller, end } = begin(layout, speech("Eins", "# Mitte", "Zwei", "Drei", "# Ende"));
    const stood = ["PageDown", "PageDown", "PageUp"].map((name) => {
      scroller.key(key(name, { shiftKey: true }), true);
      return layout.window.scrollTop;
    });
    expect(stood).toEqual([100, 400, 100]);
    end();
  });

  it("hears pedals that send arrows and a space, unless the key is used already", () => {
    const layout = laidOut(3);
    const { scroller, end } = begin(layout, speech("Eins", "Zwei", "Drei"));
    const stood = ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"].map((name) => {
      scroller.key(key(name), false);
      return Math.round(layout.window.scrollTop);
    });
    expect(stood).toEqual([100, 200, 100, 219, 100]);
    const used = key(" ", { cancelable: true });
    used.preventDefault();
    scroller.key(used, true);
    expect(scroller.running.value).toBe(false);
    scroller.key(key(" "), false);
    expect(scroller.running.value).toBe(true);
    end();
  });

  it("says how long it still takes at this speed", () => {
    const layout = laidOut(2);
    const { scroller, end } = begin(layout, speech("eins zwei drei", "vier fünf sechs"));
    scroller.step(1);
    expect(scroller.left.value).toBe(3_000);
    end();
  });

  it("comes back to the same place", () => {
    const layout = laidOut(3);
    const blocks = speech("Eins", "Zwei", "Drei");
    const first = begin(layout, blocks);
    first.scroller.step(1);
    first.end();
    layout.window.scrollTop = 0;
    begin(layout, blocks).end();
    expect(layout.window.scrollTop).toBe(100);
  });

  it("goes with what is read when somebody writes above it", () => {
    const layout = laidOut(3);
    const { scroller, end } = begin(layout, speech("Eins", "Zwei", "Drei"));
    scroller.step(1);
    layout.grow(5);
    scroller.measure(speech("Neu", "Auch neu", "Eins", "Zwei", "Drei"));
    expect(layout.window.scrollTop).toBe(300);
    end();
  });

  it("leaves letters alone that are switched off, and keys with a modifier", () => {
    const layout = laidOut(3);
    const { scroller, end } = begin(layout, speech("Eins", "Zwei", "Drei"));
    scroller.key(key("b"), false);
    scroller.key(key(".", { ctrlKey: true }), true);
    expect(scroller.running.value).toBe(false);
    scroller.key(key("."), true);
    expect(scroller.running.value).toBe(true);
    scroller.key(key("B"), true);
    expect(scroller.running.value).toBe(false);
    end();
  });
});
