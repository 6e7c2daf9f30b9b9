import type { ComponentChildren } from "preact";
import { formatDuration } from "../lib/i18n";
import { stateName } from "../lib/sentences";
import { PANEL, type StaffQuestionView } from "../lib/wire.gen";
import { asker, spoken } from "../stage/card";
import { RunningClock } from "../stage/clocks";
import { Button, Icon, type IconName, StateBadge } from "../ui";
import { second } from "../ui/second";
import type { Host } from "./host";
import { Key } from "./keyboard";
import { KEYS } from "./keys";
import { backOf, following } from "./plan";
import { words } from "./words";

/** What is on air, large, with the clocks that matter now, and one control for each step. */
export function Stage({ host }: { host: Host }) {
  const question = host.onAir;
  const since = host.podium.room.stage.value?.since ?? null;
  const now = () => host.podium.now();
  const own = question?.queue && question.queue !== PANEL ? host.stage.clock(question.queue) : null;
  const { session } = host.stage;
  return (
    <section class="panel stage" data-live={question ? "" : undefined} aria-labelledby="heading-stage">
      <div class="stage-head">
        <h2 id="heading-stage" class="stage-title">
          {question ? <StateBadge state="on_air">{stateName("on_air")}</StateBadge> : words().onAir.title}
        </h2>
        {question && since && <Since host={host} at={since} />}
        <div class="stage-clocks">
          {own && <RunningClock clock={own} label={words().onAir.own} now={now} />}
          {session && <RunningClock clock={session} label={words().clock.session} now={now} />}
        </div>
      </div>
      {question ? (
        <OnAir host={host} question={question} />
      ) : (
        <p class="stage-empty">{words().onAir.empty}</p>
      )}
      <Steps host={host} onAir={question} />
    </section>
  );
}

function OnAir({ host, question }: { host: Host; question: StaffQuestionView }) {
  const { number, text, language, queue, briefing } = question;
  return (
    <div class="stage-question">
      <p class="stage-text" lang={spoken(language)}>
        {text}
      </p>
      <p class="stage-asker">
        <span class="numeric">#{number}</span>
        {` · ${asker(question) || words().anonymous}`}
        {queue && ` · ${words().to(host.placeName(queue))}`}
      </p>
      <NoteLine host={host} number={number} briefing={briefing} />
    </div>
  );
}

/** The note beside a question, and the way to it. */
export function NoteLine({
  host,
  number,
  briefing,
}: {
  host: Host;
  number: number;
  briefing: string | null;
}) {
  return (
    <div class="note">
      {briefing && <p class="note-text">{briefing}</p>}
      <Button
        kind="quiet"
        size="s"
        icon="edit"
        aria-label={words().brief.title(number)}
        onClick={() => {
          host.briefed.value = number;
        }}
      >
        {words().brief.button}
      </Button>
    </div>
  );
}

function Steps({ host, onAir }: { host: Host; onAir: StaffQuestionView | null }) {
  const next = following(host.podium.room);
  const back = backOf(host.podium.room);
  const says = words().onAir;
  return (
    <div class="steps">
      <Step
        host={host}
        name="answered"
        icon="answer"
        enabled={onAir !== null}
        detail={onAir && `#${onAir.number}`}
        go={() => host.answered()}
      >
        {says.answered}
      </Step>
      <Step
        host={host}
        name="next"
        icon="play"
        enabled={next !== null}
        detail={next ? says.nextIs(next.number, host.placeName(next.queue ?? PANEL)) : says.none}
        go={() => host.next()}
      >
        {onAir ? says.next : says.first}
      </Step>
      <Step
        host={host}
        name="back"
        icon="back"
        enabled={back !== null}
        detail={
          !back
            ? says.backNone
            : back.question.state === "on_air"
              ? says.backAir(back.question.number)
              : says.backAgain(back.question.number)
        }
        go={() => host.back()}
      >
        {says.back}
      </Step>
    </div>
  );
}

interface StepProps {
  host: Host;
  name: "answered" | "next" | "back";
  icon: IconName;
  enabled: boolean;
  detail: string | null;
  go: () => void;
  children: ComponentChildren;
}

/** A control that stays where it is, whatever the stage does: a hand finds it in the dark. */
function Step({ host, name, icon, enabled, detail, go, children }: StepProps) {
  const busy = host.stepping.value;
  return (
    <button
      type="button"
      class={`button step step-${name}`}
      data-action={name}
      aria-disabled={!enabled || busy ? true : undefined}
      aria-busy={(busy && enabled) || undefined}
      onClick={enabled && !busy ? go : undefined}
    >
      <Icon name={icon} />
      <span class="step-words">
        <span class="step-name">{children}</span>
        {detail && <span class="step-detail">{detail}</span>}
      </span>
      <Key host={host} name={KEYS[name]} />
    </button>
  );
}

function Since({ host, at }: { host: Host; at: number }) {
  second.value;
  return (
    <span class="stage-since numeric">
      {words().onAir.since} {formatDuration(host.podium.now() - at)}
    </span>
  );
}
