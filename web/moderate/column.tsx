import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { CalmList } from "../lib/calm";
import { formatNumber } from "../lib/i18n";
import { Button, EmptyState, type IconName } from "../ui";
import type { Desk } from "./desk";
import { narrow } from "./narrow";
import { successor } from "./neighbours";
import { Question } from "./question";
import { words } from "./words";

interface ListProps {
  desk: Desk;
  list: CalmList;
  label: string;
  /** Its heading; beside it stands the button for what waits, so that nothing jumps when it appears. */
  head: ComponentChildren;
  headClass: string;
  empty: { icon: IconName; title: string; text?: string };
  /** The running order that the list is, if it is one. */
  queue?: string;
}

/** So many rows are drawn at a time, until the end is out of sight: no frame has to wait for more. */
const PORTION = 12;

/** Focus by keyboard, as far as the browser can tell: a click leaves its focus behind without meaning it. */
const focusMeant = (element: EventTarget | null) =>
  element instanceof Element && element.matches(":focus-visible");

/** A list that stands still while a pointer, a finger or the keyboard focus is in it. */
export function QuestionList({ desk, list, label, head, headClass, empty, queue }: ListProps) {
  const element = useRef<HTMLDivElement>(null);
  const held = useRef({ pointer: false, finger: false, focus: false });
  const drawn = useSignal(PORTION);
  const filter = desk.filter.value;
  const sought = desk.sought.value;
  useLayoutEffect(() => {
    // other rows than before: the first of them at once
    drawn.value = PORTION;
  }, [filter, drawn]);
  useLayoutEffect(() => {
    const place = sought === null ? -1 : list.shown.peek().indexOf(sought.number);
    if (place >= drawn.peek()) drawn.value = place + PORTION;
  }, [sought, list, drawn]);

  const hold = (change: Partial<typeof held.current>) => {
    Object.assign(held.current, change);
    list.hold(Object.values(held.current).includes(true));
  };

  useEffect(() => {
    // a finger that was lifted still belongs to somebody who reads; only a touch elsewhere lets go
    const elsewhere = (event: PointerEvent) => {
      if (!element.current?.contains(event.target as Node)) hold({ finger: false });
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      list.hold(false);
    };
  }, [list]);

  const leave = useCallback(
    (number: number) => {
      const next = successor(list.shown.peek(), number);
      list.mine(number);
      const byKeyboard = focusMeant(document.activeElement);
      const target =
        next === null ? element.current : element.current?.querySelector(`[data-number="${next}"]`);
      if (target instanceof HTMLElement) target.focus({ preventScroll: !byKeyboard });
    },
    [list],
  );

  const shown = list.shown.value;
  const waiting = list.waiting.value;
  return (
    <div
      ref={element}
      class="list"
      tabIndex={-1}
      data-list={label}
      onPointerEnter={(event) => event.pointerType === "mouse" && hold({ pointer: true })}
      onPointerLeave={(event) => event.pointerType === "mouse" && hold({ pointer: false })}
      onPointerDown={(event) => event.pointerType !== "mouse" && hold({ finger: true })}
      onFocusIn={(event) => hold({ focus: focusMeant(event.target) })}
      onFocusOut={(event) => {
        if (!element.current?.contains(event.relatedTarget as Node | null)) hold({ focus: false });
      }}
    >
      <div class={headClass}>
        {head}
        {list.stale.value && (
          <Button kind="primary" size="s" icon="down" class="list-fresh" onClick={() => list.refresh()}>
            {waiting > 0 ? words().fresh(waiting) : words().refresh}
          </Button>
        )}
      </div>
      {shown.length === 0 ? (
        <EmptyState icon={empty.icon} title={empty.title}>
          {empty.text}
        </EmptyState>
      ) : (
        <ol class="list-rows" aria-label={label}>
          {shown.slice(0, drawn.value).map((number, index) => (
            <Question
              key={number}
              desk={desk}
              list={list}
              number={number}
              leave={leave}
              {...(queue === undefined ? {} : { queue, place: index + 1 })}
            />
          ))}
        </ol>
      )}
      {shown.length > drawn.value && (
        <Rest
          key={drawn.value}
          count={shown.length - drawn.value}
          onNear={() => {
            drawn.value += PORTION;
          }}
        />
      )}
    </div>
  );
}

/** The rows not drawn yet: they come by themselves when somebody scrolls near, or by pressing. */
function Rest({ count, onNear }: { count: number; onNear: () => void }) {
  const element = useRef<HTMLDivElement>(null);
  const isNarrow = narrow.value;
  useEffect(() => {
    // a margin counts only around that which scrolls
    const root = element.current?.closest(isNarrow ? ".desk-main" : ".column") ?? null;
    const options = { root, rootMargin: "800px" };
    const near = new IntersectionObserver(([entry]) => entry?.isIntersecting && onNear(), options);
    if (element.current) near.observe(element.current);
    return () => near.disconnect();
  }, [isNarrow]);
  return (
    <div ref={element} class="list-rest">
      <Button size="s" onClick={onNear}>
        {words().rest(count)}
      </Button>
    </div>
  );
}

interface TitleProps {
  id: string;
  title: string;
  count: number;
}

export function ColumnTitle({ id, title, count }: TitleProps) {
  return (
    <h2 id={`heading-${id}`} tabIndex={-1}>
      {title} <span class="column-count numeric">{formatNumber(count)}</span>
    </h2>
  );
}

export function Column({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <section class="column" id={`section-${id}`} data-section={id} aria-labelledby={`heading-${id}`}>
      {children}
    </section>
  );
}
