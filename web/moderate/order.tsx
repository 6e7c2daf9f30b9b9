import type { Ref } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, IconButton } from "../ui";
import type { Desk } from "./desk";
import { type After, down, dropped, first, up } from "./neighbours";
import { words } from "./words";

interface PlaceProps {
  desk: Desk;
  queue: string;
  number: number;
}

interface HandleProps {
  desk: Desk;
  queue: string | undefined;
  number: number;
  leave: () => void;
}

/** For a mouse: the same as the buttons, by dragging. What it needs is loaded after the page. */
export function Handle({ desk, queue, number, leave }: HandleProps) {
  const handle = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const row = handle.current?.closest<HTMLElement>("[data-number]");
    let undo = () => {};
    let isGone = false;
    void import("./drag").then(({ makeDraggable }) => {
      if (isGone || !row || !handle.current) return;
      undo = makeDraggable({
        row,
        handle: handle.current,
        queue,
        number,
        leave,
        onDrop: (moved, edge) => {
          if (queue !== undefined)
            move(desk, queue, moved, dropped(desk.board.order(queue), moved, number, edge));
        },
      });
    });
    return () => {
      isGone = true;
      undo();
    };
  }, [desk, queue, number, leave]);
  return (
    <span
      class="handle"
      ref={handle}
      title={queue === undefined ? words().dragIn : words().drag}
      aria-hidden="true"
    >
      <Icon name="grip" />
    </span>
  );
}

/** Lets a running order take questions from other lists; the same as its button. */
export function useTaker(desk: Desk, queue: string): Ref<HTMLElement> {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    let undo = () => {};
    let isGone = false;
    void import("./drag").then(({ makeTaker }) => {
      if (isGone || !element.current) return;
      undo = makeTaker(element.current, queue, (number) => {
        desk.queue(queue).mine(number);
        desk.enqueue(number, queue);
      });
    });
    return () => {
      isGone = true;
      undo();
    };
  }, [desk, queue]);
  return element;
}

/** The neighbour is taken from what the person sees, so a colleague cannot shift the meaning. */
function move(desk: Desk, queue: string, number: number, after: After | undefined): void {
  if (after === undefined) return;
  desk.queue(queue).mine(number);
  desk.move(number, after);
}

const MOVES = [
  { name: "first", neighbour: first },
  { name: "up", neighbour: up },
  { name: "down", neighbour: down },
] as const;

export function Moves({ desk, queue, number }: PlaceProps) {
  const order = desk.board.order(queue);
  return (
    <span class="moves">
      {MOVES.map(({ name, neighbour }) => (
        <IconButton
          key={name}
          size="s"
          icon={name}
          label={words()[name]}
          data-action={name}
          aria-disabled={neighbour(order, number) === undefined || undefined}
          onClick={() => move(desk, queue, number, neighbour(order, number))}
        />
      ))}
    </span>
  );
}
