import type { Line } from "./board";
import { Column, ColumnTitle, QuestionList } from "./column";
import type { Desk } from "./desk";
import { Fairness, Heard } from "./fairness";
import { QueueTitle } from "./lists";
import { useTaker } from "./order";
import { words } from "./words";

/** The running orders: one per panellist, one for the panel. */
export function Queues({ desk }: { desk: Desk }) {
  const lines = desk.lines.value;
  const count = lines.reduce((sum, line) => sum + desk.queue(line.id).wanted.value.length, 0);
  const { panellist } = desk.filter.value;
  return (
    <Column id="queues">
      <div class="column-head">
        <ColumnTitle id="queues" title={words().sections.queues} count={count} />
        <Fairness desk={desk} />
      </div>
      <div class="queues">
        {lines
          .filter(({ id }) => panellist === "" || id === panellist)
          .map((line) => (
            <QueueOf key={line.id} desk={desk} line={line} />
          ))}
      </div>
    </Column>
  );
}

function QueueOf({ desk, line }: { desk: Desk; line: Line }) {
  const list = desk.queue(line.id);
  return (
    <section ref={useTaker(desk, line.id)} class="queue" aria-label={line.name}>
      <QuestionList
        desk={desk}
        list={list}
        queue={line.id}
        head={
          <>
            <QueueTitle title={line.name} role={line.role} count={list.wanted.value.length} />
            <Heard desk={desk} queue={line.id} />
          </>
        }
        headClass="queue-head"
        label={line.name}
        empty={{ icon: "queue", title: words().empty.queue }}
      />
    </section>
  );
}
