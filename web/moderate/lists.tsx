import { stateName } from "../lib/sentences";
import { Button, Select } from "../ui";
import { Column, ColumnTitle, QuestionList } from "./column";
import type { Desk, Order } from "./desk";
import { Further } from "./further";
import { DeclineButton, More, Question, QueueFor } from "./question";
import { QueueTitle } from "./queues";
import { words } from "./words";

export function Inbox({ desk }: { desk: Desk }) {
  const list = desk.inbox;
  return (
    <Column id="inbox">
      <QuestionList
        list={list}
        head={<ColumnTitle id="inbox" title={words().sections.inbox} count={list.wanted.value.length} />}
        headClass="column-head"
        label={words().sections.inbox}
        empty={{ icon: "inbox", title: words().empty.inbox, text: words().empty.inboxText }}
        row={(number, _place, leave) => (
          <Question key={number} desk={desk} list={list} number={number}>
            {(question) => (
              <>
                <QueueFor desk={desk} question={question} label={words().queueFor} onQueue={leave} />
                <Button
                  kind="primary"
                  icon="answer"
                  data-action="approve"
                  onClick={() => {
                    leave();
                    desk.approve(number);
                  }}
                >
                  {words().approve}
                </Button>
                <Button
                  size="s"
                  kind="quiet"
                  icon="pause"
                  class="question-hold"
                  data-action="hold"
                  onClick={() => {
                    leave();
                    desk.hold(number);
                  }}
                >
                  {words().hold}
                </Button>
                <DeclineButton desk={desk} number={number} leave={leave} />
                <More>
                  <Further desk={desk} question={question} leave={leave} />
                </More>
              </>
            )}
          </Question>
        )}
      />
    </Column>
  );
}

export function Approved({ desk }: { desk: Desk }) {
  const list = desk.approved;
  const order = (
    <Select<Order>
      label={words().order.label}
      value={desk.order.value}
      options={(["oldest", "votes"] as const).map((value) => ({ value, label: words().order[value] }))}
      onChange={(value) => {
        desk.order.value = value;
      }}
    />
  );
  return (
    <Column id="approved">
      <QuestionList
        list={list}
        head={
          <>
            <ColumnTitle id="approved" title={words().sections.approved} count={list.wanted.value.length} />
            {order}
          </>
        }
        headClass="column-head"
        label={words().sections.approved}
        empty={{ icon: "eye", title: words().empty.approved, text: words().empty.approvedText }}
        row={(number, _place, leave) => (
          <Question key={number} desk={desk} list={list} number={number}>
            {(question) => (
              <>
                <QueueFor desk={desk} question={question} label={words().queueFor} onQueue={leave} />
                <Button
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
                  <Further desk={desk} question={question} leave={leave} />
                  <DeclineButton desk={desk} number={number} leave={leave} />
                </More>
              </>
            )}
          </Question>
        )}
      />
    </Column>
  );
}

/** The private shortlist, and what somebody will answer later. */
export function Held({ desk }: { desk: Desk }) {
  const count = desk.held.wanted.value.length + desk.deferred.wanted.value.length;
  return (
    <Column id="held">
      <div class="column-head">
        <ColumnTitle id="held" title={words().sections.held} count={count} />
      </div>
      <Waiting desk={desk} kind="held" />
      <Waiting desk={desk} kind="deferred" />
    </Column>
  );
}

function Waiting({ desk, kind }: { desk: Desk; kind: "held" | "deferred" }) {
  const list = desk[kind];
  const title = stateName(kind);
  return (
    <section class="queue" aria-label={title}>
      <QuestionList
        list={list}
        head={<QueueTitle title={title} count={list.wanted.value.length} />}
        headClass="queue-head"
        label={title}
        empty={{ icon: "pause", title: words().empty[kind], text: words().empty[`${kind}Text`] }}
        row={(number, _place, leave) => (
          <Question key={number} desk={desk} list={list} number={number}>
            {(question) => (
              <>
                <QueueFor desk={desk} question={question} label={words().queueFor} onQueue={leave} />
                <Button
                  size="s"
                  icon="answer"
                  data-action="approve"
                  onClick={() => {
                    leave();
                    desk.approve(number);
                  }}
                >
                  {words().approve}
                </Button>
                <More>
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

export function Done({ desk }: { desk: Desk }) {
  const lists = [desk.done, desk.merged, desk.declined];
  const count = lists.reduce((sum, list) => sum + list.wanted.value.length, 0);
  return (
    <Column id="done">
      <div class="column-head">
        <ColumnTitle id="done" title={words().sections.done} count={count} />
      </div>
      <Answered desk={desk} />
      <Merged desk={desk} />
      <Declined desk={desk} />
    </Column>
  );
}

function Answered({ desk }: { desk: Desk }) {
  const list = desk.done;
  return (
    <section class="queue" aria-label={words().sections.answered}>
      <QuestionList
        list={list}
        head={<QueueTitle title={words().sections.answered} count={list.wanted.value.length} />}
        headClass="queue-head"
        label={words().sections.answered}
        empty={{ icon: "answer", title: words().empty.done, text: words().empty.doneText }}
        row={(number, _place, leave) => (
          <Question key={number} desk={desk} list={list} number={number}>
            {(question) => (
              <More>
                <QueueFor desk={desk} question={question} label={words().queueAgain} onQueue={leave} />
                <Further desk={desk} question={question} leave={leave} />
              </More>
            )}
          </Question>
        )}
      />
    </section>
  );
}

/** Only where there are some: merged questions go on elsewhere. */
function Merged({ desk }: { desk: Desk }) {
  const list = desk.merged;
  const title = stateName("merged");
  if (list.wanted.value.length === 0) return null;
  return (
    <section class="queue" aria-label={title}>
      <QuestionList
        list={list}
        head={<QueueTitle title={title} count={list.wanted.value.length} />}
        headClass="queue-head"
        label={title}
        empty={{ icon: "plus", title }}
        row={(number, _place, leave) => (
          <Question key={number} desk={desk} list={list} number={number}>
            {(question) => (
              <More>
                <Further desk={desk} question={question} leave={leave} />
              </More>
            )}
          </Question>
        )}
      />
    </section>
  );
}

function Declined({ desk }: { desk: Desk }) {
  const list = desk.declined;
  return (
    <section class="queue" aria-label={words().sections.declined}>
      <QuestionList
        list={list}
        head={<QueueTitle title={words().sections.declined} count={list.wanted.value.length} />}
        headClass="queue-head"
        label={words().sections.declined}
        empty={{ icon: "decline", title: words().empty.declined, text: words().empty.declinedText }}
        row={(number, _place, leave) => (
          <Question key={number} desk={desk} list={list} number={number}>
            {(question) =>
              question.state === "declined" && (
                <>
                  <Button
                    size="s"
                    icon="answer"
                    data-action="approve"
                    onClick={() => {
                      leave();
                      desk.approve(number);
                    }}
                  >
                    {words().approveAfterAll}
                  </Button>
                  <More>
                    <QueueFor desk={desk} question={question} label={words().queueFor} onQueue={leave} />
                    <Further desk={desk} question={question} leave={leave} />
                  </More>
                </>
              )
            }
          </Question>
        )}
      />
    </section>
  );
}
