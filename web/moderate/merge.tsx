import { useSignal } from "@preact/signals";
import { stateName } from "../lib/sentences";
import { type StaffQuestionView, TRANSITIONS } from "../lib/wire.gen";
import { Button, Choice, TextField } from "../ui";
import type { Desk } from "./desk";
import { Frame, type StepProps } from "./dialogues";
import { targets } from "./targets";
import { words } from "./words";

/** Chooses the question that goes on, and shows both side by side before they become one. */
export function Merge(props: StepProps & { kind: "merge" }) {
  const { desk, number } = props;
  const { merge } = words().dialogue;
  const search = useSignal("");
  const chosen = useSignal<string | null>(props.into === undefined ? null : String(props.into));
  const swapped = useSignal(false);
  const missing = useSignal(false);
  const similar = desk.similar(number);
  const found = targets(desk.podium.room.staffQuestions.value, number, search.value, similar);
  const own = desk.question(number);
  const other = found.find((target) => String(target.number) === chosen.value);
  const canSwap = other !== undefined && TRANSITIONS[other.state].merge !== undefined;
  const isSwapped = swapped.value && canSwap;
  return (
    <Frame
      {...props}
      stays={isSwapped}
      plain={other !== undefined}
      onConfirm={() => {
        missing.value = other === undefined;
        if (other) desk.merge(isSwapped ? other.number : number, isSwapped ? number : other.number);
        return other !== undefined;
      }}
    >
      {own && other && (
        <>
          <div class="compare">
            <Side desk={desk} question={isSwapped ? other : own} title={merge.ends} />
            <Side desk={desk} question={isSwapped ? own : other} title={merge.goesOn} goesOn />
          </div>
          {canSwap && (
            <Button
              size="s"
              icon="back"
              aria-pressed={isSwapped}
              onClick={() => {
                swapped.value = !swapped.peek();
              }}
            >
              {merge.swap}
            </Button>
          )}
        </>
      )}
      <TextField
        label={merge.search}
        value={search.value}
        onInput={(value) => {
          search.value = value;
        }}
      />
      <div class="merge-targets">
        <Choice
          legend={merge.legend}
          name="into"
          value={chosen.value}
          options={found.map((target) => ({
            value: String(target.number),
            label: `#${target.number} ${target.text}`,
            detail: similar.includes(target.number)
              ? `${stateName(target.state)}, ${merge.similar}`
              : stateName(target.state),
          }))}
          onChange={(value) => {
            chosen.value = value;
            missing.value = false;
          }}
        />
        {found.length === 0 && <p class="field-hint">{merge.none}</p>}
      </div>
      <p class="field-hint">{merge.hint}</p>
      {missing.value && (
        <p class="field-error" role="alert">
          {merge.choose}
        </p>
      )}
    </Frame>
  );
}

interface SideProps {
  desk: Desk;
  question: StaffQuestionView;
  title: string;
  goesOn?: boolean;
}

function Side({ desk, question, title, goesOn }: SideProps) {
  const { number, text, language, name, affiliation } = question;
  const votes = desk.podium.room.votes(number).value;
  return (
    <section class="compare-side" data-goes-on={goesOn ? "" : undefined} aria-label={title}>
      <h3>{title}</h3>
      <p lang={language === "und" ? undefined : language}>{text}</p>
      <p class="question-note numeric">
        {[
          `#${number}`,
          [name, affiliation].filter(Boolean).join(", ") || words().anonymous,
          words().votes(votes),
        ].join(" · ")}
      </p>
    </section>
  );
}
