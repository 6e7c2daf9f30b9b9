import type { StaffQuestionView } from "../lib/wire.gen";
import { asker, spoken } from "../stage/card";
import { Button } from "../ui";
import type { Host } from "./host";
import { Key } from "./keyboard";
import { NoteLine } from "./stage";
import { words } from "./words";

/** What is next for whom: a row for each panellist and for the panel. */
export function Queues({ host }: { host: Host }) {
  const places = host.stage.places;
  return (
    <section class="panel" aria-labelledby="heading-queues">
      <h2 id="heading-queues">{words().queues.title}</h2>
      <ul class="queues">
        {places.map((place, index) => (
          <Queue
            key={place}
            host={host}
            place={place}
            digit={index === places.length - 1 ? 0 : index < 9 ? index + 1 : null}
          />
        ))}
      </ul>
    </section>
  );
}

function Queue({ host, place, digit }: { host: Host; place: string; digit: number | null }) {
  const numbers = host.podium.room.queue(place);
  const [first, ...rest] = numbers.flatMap((number) => host.question(number) ?? []);
  const name = host.placeName(place);
  return (
    <li class="queue" data-place={place} data-empty={first ? undefined : ""}>
      <h3 class="queue-name">{name}</h3>
      {first ? (
        <>
          <Asked question={first} />
          <NoteLine host={host} number={first.number} briefing={first.briefing} />
          <Take host={host} question={first} name={name} kind="primary">
            {words().queues.take}
            {digit !== null && <Key host={host} name={String(digit)} />}
          </Take>
          {rest.length > 0 && (
            <details class="queue-more">
              <summary>{words().queues.more(rest.length)}</summary>
              <ol>
                {rest.map((question) => (
                  <li key={question.number} class="queue-later">
                    <Asked question={question} />
                    <Take host={host} question={question} name={name} kind="secondary">
                      {words().queues.take}
                    </Take>
                  </li>
                ))}
              </ol>
            </details>
          )}
        </>
      ) : (
        <p class="muted">{words().queues.none}</p>
      )}
    </li>
  );
}

function Asked({ question }: { question: StaffQuestionView }) {
  const { number, text, language } = question;
  return (
    <p class="queue-question">
      <span class="queue-text" lang={spoken(language)}>
        {text}
      </span>
      <span class="queue-asker">
        <span class="numeric">#{number}</span>
        {asker(question) && ` · ${asker(question)}`}
      </span>
    </p>
  );
}

interface TakeProps {
  host: Host;
  question: StaffQuestionView;
  name: string;
  kind: "primary" | "secondary";
  children: preact.ComponentChildren;
}

function Take({ host, question, name, kind, children }: TakeProps) {
  return (
    <Button
      class="take"
      kind={kind}
      size={kind === "primary" ? "l" : "m"}
      icon="play"
      pending={host.stepping.value}
      aria-label={words().queues.takeOf(question.number, name)}
      onClick={() => host.take(question.number)}
    >
      {children}
    </Button>
  );
}
