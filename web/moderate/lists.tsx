import type { CalmList } from "../lib/calm";
import { formatNumber } from "../lib/i18n";
import { stateName } from "../lib/sentences";
import { type IconName, Select } from "../ui";
import type { Order } from "./board";
import { Column, ColumnTitle, QuestionList } from "./column";
import type { Desk } from "./desk";
import { HallButton } from "./tools";
import { words } from "./words";

export function Inbox({ desk }: { desk: Desk }) {
  const list = desk.board.inbox;
  return (
    <Column id="inbox">
      <QuestionList
        desk={desk}
        list={list}
        head={
          <>
            <ColumnTitle id="inbox" title={words().sections.inbox} count={list.wanted.value.length} />
            <HallButton desk={desk} />
          </>
        }
        headClass="column-head"
        label={words().sections.inbox}
        empty={{ icon: "inbox", title: words().empty.inbox, text: words().empty.inboxText }}
      />
    </Column>
  );
}

export function Approved({ desk }: { desk: Desk }) {
  const list = desk.board.approved;
  return (
    <Column id="approved">
      <QuestionList
        desk={desk}
        list={list}
        head={
          <>
            <ColumnTitle id="approved" title={words().sections.approved} count={list.wanted.value.length} />
            <Select<Order>
              label={words().order.label}
              value={desk.order.value}
              options={(["oldest", "votes"] as const).map((value) => ({
                value,
                label: words().order[value],
              }))}
              onChange={(value) => {
                desk.order.value = value;
              }}
            />
          </>
        }
        headClass="column-head"
        label={words().sections.approved}
        empty={{ icon: "eye", title: words().empty.approved, text: words().empty.approvedText }}
      />
    </Column>
  );
}

/** The private shortlist, and what somebody will answer later. */
export function Held({ desk }: { desk: Desk }) {
  const { held, deferred } = desk.board;
  return (
    <Column id="held">
      <Several id="held" lists={[held, deferred]} />
      <Part desk={desk} list={held} title={stateName("held")} icon="pause" empty="held" />
      <Part desk={desk} list={deferred} title={stateName("deferred")} icon="wait" empty="deferred" />
    </Column>
  );
}

export function Done({ desk }: { desk: Desk }) {
  const { done, merged, declined } = desk.board;
  const { sections } = words();
  return (
    <Column id="done">
      <Several id="done" lists={[done, merged, declined]} />
      <Part desk={desk} list={done} title={sections.answered} icon="answer" empty="done" />
      {/* only where there are some: merged questions go on elsewhere */}
      {merged.wanted.value.length > 0 && (
        <Part desk={desk} list={merged} title={stateName("merged")} icon="plus" empty="merged" />
      )}
      <Part desk={desk} list={declined} title={sections.declined} icon="decline" empty="declined" />
    </Column>
  );
}

function Several({ id, lists }: { id: "held" | "done"; lists: readonly CalmList[] }) {
  const count = lists.reduce((sum, list) => sum + list.wanted.value.length, 0);
  return (
    <div class="column-head">
      <ColumnTitle id={id} title={words().sections[id]} count={count} />
    </div>
  );
}

interface PartProps {
  desk: Desk;
  list: CalmList;
  title: string;
  icon: IconName;
  empty: "held" | "deferred" | "done" | "merged" | "declined";
}

/** One of several lists in a column. */
function Part({ desk, list, title, icon, empty }: PartProps) {
  return (
    <section class="queue" aria-label={title}>
      <QuestionList
        desk={desk}
        list={list}
        head={<QueueTitle title={title} count={list.wanted.value.length} />}
        headClass="queue-head"
        label={title}
        empty={{ icon, title: words().empty[empty], text: words().empty[`${empty}Text`] }}
      />
    </section>
  );
}

export function QueueTitle({ title, role = "", count }: { title: string; role?: string; count: number }) {
  return (
    <div>
      <h3>
        {title} <span class="column-count numeric">{formatNumber(count)}</span>
      </h3>
      {role && <p class="queue-role">{role}</p>}
    </div>
  );
}
