import { useComputed } from "@preact/signals";
import { formatDuration, formatNumber, languageName, messages } from "../lib/i18n";
import type { Criterion, FairnessView, ShareView } from "../lib/wire.gen";
import { Button, Popover } from "../ui";
import { second } from "../ui/second";
import type { Desk } from "./desk";

const words = messages(
  {
    next: "Nächste vorschlagen",
    title: "Vorschlag",
    nothing: "Gerade wartet keine Frage.",
    because: "Warum:",
    only: "Sie ist die einzige, die wartet.",
    reasons: {
      least_time: "die Person auf dem Podium hatte bisher am wenigsten Redezeit",
      first_time: "wer fragt, war noch nicht dran",
      affiliation: "diese Institution war seltener dran",
      language: "diese Sprache war seltener dran",
      most_votes: "sie hat die meisten Stimmen",
      longest_waiting: "sie wartet am längsten",
    } satisfies Record<Criterion, string>,
    rule: "Die Regel ist nur ein Rat: Jede andere Frage kommt mit einem Druck auf die Bühne.",
    air: "Auf die Bühne",
    shares: "Wer war dran",
    answered: "dran",
    waiting: "wartet",
    airtime: "Zeit",
    panellists: "Podium",
    affiliations: "Institutionen",
    languages: "Sprachen",
    firstTime: "Erste Frage",
    noAffiliation: "ohne Angabe",
    line: (answered: string, airtime: string) => `${answered} dran, ${airtime}`,
  },
  {
    next: "Suggest next",
    title: "Suggestion",
    nothing: "No question waits right now.",
    because: "Why:",
    only: "It is the only one that waits.",
    reasons: {
      least_time: "the person on the panel has had the least time so far",
      first_time: "the asker has not been heard yet",
      affiliation: "this affiliation was heard less often",
      language: "this language was heard less often",
      most_votes: "it has the most votes",
      longest_waiting: "it has waited longest",
    } satisfies Record<Criterion, string>,
    rule: "The rule is only advice: any other question is one press away from the stage.",
    air: "Put on stage",
    shares: "Who was heard",
    answered: "heard",
    waiting: "waits",
    airtime: "time",
    panellists: "Panel",
    affiliations: "Affiliations",
    languages: "Languages",
    firstTime: "First question",
    noAffiliation: "none given",
    line: (answered: string, airtime: string) => `${answered} heard, ${airtime}`,
  },
);

/** So many affiliations at most: those that were heard or wait most often. */
const SHOWN = 6;

/** Which question would be fair to take next and why, and who was heard so far. */
export function Fairness({ desk }: { desk: Desk }) {
  const fairness = desk.podium.room.desk.value.fairness;
  if (!fairness) return null;
  return (
    <Popover size="s" icon="scales" label={words().next}>
      <div class="fairness">
        <h2>{words().title}</h2>
        <Next desk={desk} fairness={fairness} />
        <h3>{words().shares}</h3>
        <Shares desk={desk} fairness={fairness} />
      </div>
    </Popover>
  );
}

function Next({ desk, fairness: { next } }: { desk: Desk; fairness: FairnessView }) {
  const question = next && desk.question(next.question);
  if (!next || !question) return <p class="muted">{words().nothing}</p>;
  const forWhom = question.queue ?? question.addressee;
  const reasons = next.reasons.map((reason) => words().reasons[reason]).join(", ");
  return (
    <>
      <blockquote class="fairness-question">
        <p>{question.text}</p>
        <p class="muted numeric">
          {`#${question.number}`}
          {forWhom && ` · ${desk.toWhom(forWhom)}`}
        </p>
      </blockquote>
      <p>
        <strong>{words().because}</strong> {reasons ? `${reasons}.` : words().only}
      </p>
      <p class="field-hint">{words().rule}</p>
      <Button
        kind="primary"
        icon="live"
        onClick={(event) => {
          event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
          desk.air(question.number);
        }}
      >
        {words().air}
      </Button>
    </>
  );
}

function Shares({ desk, fairness }: { desk: Desk; fairness: FairnessView }) {
  // the keys are in lower case: one institution, however people write it
  const spelling = useComputed(
    () =>
      new Map(
        desk.podium.room.staffQuestions.value.flatMap(({ affiliation }) =>
          affiliation === null ? [] : [[affiliation.toLowerCase(), affiliation] as const],
        ),
      ),
  ).value;
  const heard = (one: ShareView, other: ShareView) =>
    other.answered - one.answered || other.waiting - one.waiting || one.key.localeCompare(other.key);
  const groups = [
    { name: "panellists", shares: fairness.panellists, label: (key: string) => desk.lineName(key) },
    {
      name: "affiliations",
      shares: fairness.affiliations.toSorted(heard).slice(0, SHOWN),
      label: (key: string) => spelling.get(key) ?? (key || words().noAffiliation),
    },
    { name: "languages", shares: fairness.languages, label: languageName },
  ] as const;
  return (
    <div class="fairness-scroll">
      <table class="shares">
        <thead>
          <tr>
            <td />
            <th scope="col">{words().answered}</th>
            <th scope="col">{words().waiting}</th>
            <th scope="col">{words().airtime}</th>
          </tr>
        </thead>
        {groups.map(
          ({ name, shares, label }) =>
            shares.length > 0 && (
              <tbody key={name}>
                <tr>
                  <th scope="rowgroup" colSpan={4}>
                    {words()[name]}
                  </th>
                </tr>
                {shares.map((share) => (
                  <Row key={share.key} desk={desk} share={share} label={label(share.key)} />
                ))}
              </tbody>
            ),
        )}
        <tbody>
          <Row desk={desk} share={fairness.first_time} label={words().firstTime} />
        </tbody>
      </table>
    </div>
  );
}

function Row({ desk, share, label }: { desk: Desk; share: ShareView; label: string }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>{formatNumber(share.answered)}</td>
      <td>{formatNumber(share.waiting)}</td>
      <td>{formatDuration(airtime(desk, share))}</td>
    </tr>
  );
}

/** How often and how long somebody was heard, beside their running order. */
export function Heard({ desk, queue }: { desk: Desk; queue: string }) {
  const share = desk.podium.room.desk.value.fairness?.panellists.find(({ key }) => key === queue);
  if (!share) return null;
  return (
    <span class="queue-heard numeric">
      {words().line(formatNumber(share.answered), formatDuration(airtime(desk, share)))}
    </span>
  );
}

/** With the question on air, whose time runs while one looks. */
function airtime(desk: Desk, share: ShareView): number {
  const stage = desk.podium.room.stage.value;
  const onAir = desk.question(stage?.on_air ?? null);
  if (!stage?.since || onAir?.queue !== share.key) return share.airtime;
  second.value;
  return share.airtime + Math.max(0, desk.podium.now() - stage.since);
}
