import { type ReadonlySignal, signal } from "@preact/signals";
import type { Block } from "../lib/script";
import { parsed, type Storage } from "../lib/storage";
import { READING_LINE } from "../stage/speech";
import { movedTo, stepTarget, timeLeft, velocity, wordsRead } from "./pace";
import { isTyping, options } from "./screen";

/** How far an arrow moves the text, as a share of what is above the reading line: about a line. */
const NUDGE = 0.35;
/** The clock of the reading is looked at so often (milliseconds). */
const LOOK = 500;
/** A gap between two pictures longer than this was a sleeping screen, not a slow one (milliseconds). */
const LONGEST_GAP = 250;

export interface Place {
  /** The part under the reading line, and how far into it, as a share of its height. */
  readonly block: number;
  readonly share: number;
}

/** Moves a text under the reading line at a speed in words a minute, in steps, and by the reader's own hand. */
export class Scroller {
  readonly #speed: () => number;
  readonly #running = signal(false);
  readonly #left = signal(0);
  readonly #reading = signal<Place | null>(null);
  #window: HTMLElement | null = null;
  #text: HTMLElement | null = null;
  #blocks: readonly Block[] = [];
  /** The scroll position with its fraction, which browsers round away. */
  #at = 0;
  #frame = 0;
  #last = 0;
  #place: Place | null = null;
  #save: (place: Place) => void = () => undefined;

  readonly running: ReadonlySignal<boolean> = this.#running;
  /** Milliseconds until the text is read at this speed. */
  readonly left: ReadonlySignal<number> = this.#left;
  /** Where the reading is, null while there is nothing to read. */
  readonly reading: ReadonlySignal<Place | null> = this.#reading;

  constructor(speed: () => number) {
    this.#speed = speed;
  }

  /** Scroll this text in this window; the place is kept under a key, so that a reload comes back to it. */
  attach(window: HTMLElement, text: HTMLElement, storage: Storage, key: string): () => void {
    this.#window = window;
    this.#text = text;
    this.#place = parsed<Place>(storage.get(key));
    this.#save = (place) => storage.set(key, JSON.stringify(place));
    this.#restore();
    const moved = () => {
      // the reader's own hand; what was scrolled here differs by less than a pixel
      if (Math.abs(window.scrollTop - this.#at) > 1.5) this.#at = window.scrollTop;
    };
    window.addEventListener("scroll", moved, { passive: true });
    const timer = setInterval(() => this.#look(), LOOK);
    const observer = new ResizeObserver(() => this.#restore());
    observer.observe(window);
    return () => {
      this.#look();
      this.#stop();
      clearInterval(timer);
      observer.disconnect();
      window.removeEventListener("scroll", moved);
      this.#window = this.#text = null;
      this.#reading.value = null;
    };
  }

  /** The text is another one, or laid out anew: what stood under the reading line goes on standing there. */
  measure(blocks: readonly Block[]): void {
    const place = this.#place;
    if (place) this.#place = { ...place, block: movedTo(this.#blocks, blocks, place.block) };
    this.#blocks = blocks;
    this.#restore();
  }

  toggle(): void {
    this.run(!this.#running.peek());
  }

  run(on: boolean): void {
    if (!on) this.#stop();
    else if (!this.#running.peek()) {
      this.#running.value = true;
      this.#last = performance.now();
      this.#frame = requestAnimationFrame(this.#move);
    }
  }

  /** To a part, by number. */
  jump(block: number): void {
    const part = this.#parts()[block];
    if (part) this.#go(part.top - this.#line(), this.#manner());
  }

  /** To the next part or the one before; marks: to the next heading. */
  step(direction: 1 | -1, marks = false): void {
    const tops = this.#parts()
      .filter((_, index) => !marks || this.#blocks[index]?.kind === "heading")
      .map(({ top }) => top);
    const target = stepTarget(tops, this.#readingAt(), direction);
    if (target === null) return;
    this.#go(target - this.#line(), this.#manner());
  }

  /**
   * Clickers send PageUp, PageDown, and B or a full stop for their third button; foot pedals these, arrows or a space. A
   * key that somebody else has used, or that an element with the focus needs, is left alone.
   */
  key(event: KeyboardEvent, letters: boolean): void {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(target)) return;
    const isFree = !(target instanceof HTMLElement && target.matches("input, button"));
    if (key === "PageDown" || key === "PageUp") this.step(key === "PageDown" ? 1 : -1, event.shiftKey);
    else if (letters && (key === "b" || key === "B" || key === ".")) this.toggle();
    else if (isFree && (key === "ArrowRight" || key === "ArrowLeft"))
      this.step(key === "ArrowRight" ? 1 : -1);
    else if (isFree && (key === "ArrowDown" || key === "ArrowUp"))
      this.#go(this.#at + (key === "ArrowDown" ? 1 : -1) * this.#line() * NUDGE);
    else if (isFree && key === " ") this.toggle();
    else return;
    event.preventDefault();
  }

  readonly #move = (now: number): void => {
    if (!this.#running.peek() || !this.#window || !this.#text) return;
    const gap = Math.min(LONGEST_GAP, now - this.#last);
    this.#last = now;
    const words = this.#blocks.reduce((sum, block) => sum + block.words, 0);
    const height = this.#parts().reduce((sum, part) => sum + part.height, 0);
    this.#at += (velocity(height, words, this.#speed()) * gap) / 1000;
    this.#window.scrollTop = this.#at;
    if (this.#at >= this.#window.scrollHeight - this.#window.clientHeight) this.#stop();
    else this.#frame = requestAnimationFrame(this.#move);
  };

  #stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#running.value = false;
  }

  #go(top: number, behavior: ScrollBehavior = "instant"): void {
    if (!this.#window) return;
    this.#at = Math.max(0, Math.min(top, this.#window.scrollHeight - this.#window.clientHeight));
    this.#window.scrollTo({ top: this.#at, behavior });
    this.#look();
  }

  #manner(): ScrollBehavior {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || this.#running.peek();
    return calm ? "instant" : "smooth";
  }

  #line(): number {
    return (this.#window?.clientHeight ?? 0) * READING_LINE;
  }

  #readingAt(): number {
    return this.#at + this.#line();
  }

  #parts(): { top: number; height: number; words: number }[] {
    const { children } = this.#text ?? { children: [] };
    return [...children].map((child, index) => ({
      top: (child as HTMLElement).offsetTop,
      height: (child as HTMLElement).offsetHeight,
      words: this.#blocks[index]?.words ?? 0,
    }));
  }

  /** Keep where the reading is, and how long it still takes. */
  #look(): void {
    const parts = this.#parts();
    if (parts.length === 0) return;
    const at = this.#readingAt();
    const total = parts.reduce((sum, { words }) => sum + words, 0);
    this.#left.value = timeLeft(total - wordsRead(parts, at), this.#speed());
    const block = Math.max(
      0,
      parts.findLastIndex(({ top }) => top <= at),
    );
    const part = parts[block];
    if (!part) return;
    const place = { block, share: part.height > 0 ? (at - part.top) / part.height : 0 };
    if (place.block !== this.#place?.block || place.share !== this.#place.share) this.#save(place);
    this.#place = this.#reading.value = place;
  }

  #restore(): void {
    const place = this.#place;
    const parts = this.#parts();
    const part = place ? parts[Math.min(place.block, parts.length - 1)] : undefined;
    if (place && part) this.#go(part.top + place.share * part.height - this.#line());
    else if (parts[0]) this.#go(parts[0].top - this.#line());
  }
}

/** One for the text and for its buttons, which stand apart: only the text is turned for the glass. */
export const scroller = new Scroller(() => options.peek().speed);
