import { Button, Select } from "../ui";
import { Column, ColumnTitle, QuestionList } from "./column";
import type { Desk, Order } from "./desk";
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
                <DeclineButton desk={desk} number={number} leave={leave} />
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

export function Done({ desk }: { desk: Desk }) {
  const count = desk.done.wanted.value.length + desk.declined.wanted.value.length;
  return (
    <Column id="done">
      <div class="column-head">
        <ColumnTitle id="done" title={words().sections.done} count={count} />
      </div>
      <Answered desk={desk} />
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
