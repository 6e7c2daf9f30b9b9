import { useEffect, useRef } from "preact/hooks";
import { Button, Icon, IconButton } from "../ui";
import { Column, ColumnTitle, QuestionList } from "./column";
import type { Desk, Line } from "./desk";
import { Further } from "./further";
import { type After, down, dropped, first, up } from "./neighbours";
import { DeclineButton, More, Question, QueueFor } from "./question";
import { words } from "./words";

/** The running orders: one per panellist, one for the panel. */
export function Queues({ desk }: { desk: Desk }) {
  const lines = desk.lines.value;
  const count = lines.reduce((sum, line) => sum + desk.queue(line.id).wanted.value.length, 0);
  return (
    <Column id="queues">
      <div class="column-head">
        <ColumnTitle id="queues" title={words().sections.queues} count={count} />
      </div>
      <div class="queues">
        {lines.map((line) => (
          <QueueOf key={line.id} desk={desk} line={line} />
        ))}
      </div>
    </Column>
  );
}

interface TitleProps {
  title: string;
  role?: string;
  count: number;
}

export function QueueTitle({ title, role = "", count }: TitleProps) {
  return (
    <div>
      <h3>
        {title} <span class="column-count numeric">{count}</span>
      </h3>
      {role && <p class="queue-role">{role}</p>}
    </div>
  );
}

function QueueOf({ desk, line }: { desk: Desk; line: Line }) {
  const list = desk.queue(line.id);
  const count = list.wanted.value.length;
  return (
    <section class="queue" aria-label={line.name}>
      <QuestionList
        list={list}
        head={<QueueTitle title={line.name} role={line.role} count={count} />}
        headClass="queue-head"
        label={line.name}
        empty={{ icon: "queue", title: words().empty.queue }}
        row={(number, place, leave) => (
          <Question
            key={number}
            desk={desk}
            list={list}
            number={number}
            place={place}
            handle={<Handle desk={desk} line={line} number={number} />}
          >
            {(question) => (
              <>
                <Moves desk={desk} line={line} number={number} />
                <Button
                  kind={place === 1 ? "primary" : "secondary"}
                  size="s"
                  icon="live"
                  data-action="air"
                  onClick={() => {
                    leave();
                    desk.air(number);
                  }}
                >
                  {words().air}
                </Button>
                <More>
                  <QueueFor desk={desk} question={question} label={words().moveTo} onQueue={leave} />
                  <Button
                    size="s"
                    icon="back"
                    onClick={() => {
                      leave();
                      desk.approve(number);
                    }}
                  >
                    {words().unqueue}
                  </Button>
                  <Further desk={desk} question={question} leave={leave} />
                  <DeclineButton desk={desk} number={number} leave={leave} />
                </More>
              </>
            )}
          </Question>
        )}
      />
    </section>
  );
}

/** For a mouse: the same as the buttons, by dragging. What it needs is loaded after the page. */
function Handle({ desk, line, number }: { desk: Desk; line: Line; number: number }) {
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
        queue: line.id,
        number,
        onDrop: (moved, edge) => move(desk, line, moved, dropped(seen(desk, line), moved, number, edge)),
      });
    });
    return () => {
      isGone = true;
      undo();
    };
  }, [desk, line.id, number]);
  return (
    <span class="handle" ref={handle} title={words().drag} aria-hidden="true">
      <Icon name="grip" />
    </span>
  );
}

/** The order as the person sees it: the neighbour is taken from there, so a colleague cannot shift the meaning. */
function seen(desk: Desk, line: Line): readonly number[] {
  const list = desk.queue(line.id);
  return list.shown.value.filter((number) => list.has(number));
}

function move(desk: Desk, line: Line, number: number, after: After | undefined): void {
  if (after === undefined) return;
  desk.queue(line.id).mine(number);
  desk.move(number, after);
}

const MOVES = [
  { name: "first", neighbour: first },
  { name: "up", neighbour: up },
  { name: "down", neighbour: down },
] as const;

function Moves({ desk, line, number }: { desk: Desk; line: Line; number: number }) {
  const order = seen(desk, line);
  return (
    <span class="moves">
      {MOVES.map(({ name, neighbour }) => (
        <IconButton
          key={name}
          size="s"
          kind="secondary"
          icon={name}
          label={words()[name]}
          data-action={name}
          aria-disabled={neighbour(order, number) === undefined || undefined}
          onClick={() => move(desk, line, number, neighbour(order, number))}
        />
      ))}
    </span>
  );
}
