import { type Signal, useSignal } from "@preact/signals";
import { formatClock, type Language } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import type { Stage } from "../lib/stage";
import { type CommandName, type Commands, CUE_LIMIT, type CueView, type Mark } from "../lib/wire.gen";
import { Button, Icon, IconButton, type IconName, Languages, TextField } from "../ui";
import { words } from "./cuewords";
import { PRESETS } from "./presets";

/** Cues in sight at once; the others stand folded below. */
const SHOWN = 6;

/** Who sends cues: the host, or a moderator. */
export interface CueSender {
  readonly podium: Podium;
  readonly stage: Stage;
  /** Places that the next cue goes to; none for all. */
  readonly targets: Signal<readonly string[]>;
  /** Own words that are not sent yet. */
  readonly draft: Signal<string>;
  placeName(place: string): string;
  /** Sends a command and says what became of it; whether it was taken. */
  perform<Name extends CommandName>(command: Name, body: Commands[Name], said: string): Promise<boolean>;
}

function send(sender: CueSender, text: string): Promise<boolean> {
  return sender.perform("sendcue", { text, to: sender.targets.peek() }, words().said.sent);
}

/** Private messages to the screens, and how far each has come. */
export function Cues({ sender }: { sender: CueSender }) {
  const chosen = useSignal<Language | null>(null);
  const ofRoom: Language = sender.podium.room.about.value?.language.startsWith("en") ? "en" : "de";
  const language = chosen.value ?? ofRoom;
  return (
    <div class="cueing">
      <Targets sender={sender} />
      <div class="presets-head">
        <p class="field-label" id="presets-label">
          {words().presets}
        </p>
        <Languages
          legend={words().language}
          chosen={language}
          choose={(tag) => {
            chosen.value = tag;
          }}
          label={(tag) => (
            <>
              <span class="visually-hidden">{`${words().language} `}</span>
              {tag.toUpperCase()}
            </>
          )}
        />
      </div>
      <fieldset class="presets" aria-labelledby="presets-label" lang={language}>
        {PRESETS[language].map((text) => (
          <Button key={text} onClick={() => void send(sender, text)}>
            {text}
          </Button>
        ))}
      </fieldset>
      <Own sender={sender} />
      <Sent sender={sender} />
    </div>
  );
}

/** To whom: everybody, or those that are chosen. */
function Targets({ sender }: { sender: CueSender }) {
  const targets = sender.targets.value;
  const turn = (place: string) => {
    sender.targets.value = targets.includes(place)
      ? targets.filter((one) => one !== place)
      : [...targets, place];
  };
  return (
    <fieldset class="choice">
      <legend class="field-label">{words().to}</legend>
      <div class="choice-options">
        <Target
          label={words().all}
          checked={targets.length === 0}
          turn={() => {
            sender.targets.value = [];
          }}
        />
        {sender.stage.places.map((place) => (
          <Target
            key={place}
            label={sender.placeName(place)}
            checked={targets.includes(place)}
            turn={() => turn(place)}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Target({ label, checked, turn }: { label: string; checked: boolean; turn: () => void }) {
  return (
    <label class="chip">
      <input type="checkbox" checked={checked} onChange={turn} />
      <span class="chip-text">{label}</span>
    </label>
  );
}

function Own({ sender }: { sender: CueSender }) {
  const text = sender.draft;
  const submit = async () => {
    const said = text.value.trim();
    if (said && (await send(sender, said)) && text.peek().trim() === said) text.value = "";
  };
  return (
    <form
      class="cue-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        label={words().own}
        value={text.value}
        limit={CUE_LIMIT}
        counter={text.value.length > CUE_LIMIT / 2}
        onInput={(value) => {
          text.value = value;
        }}
      />
      <Button kind="primary" icon="send" type="submit" disabled={!text.value.trim()}>
        {words().send}
      </Button>
    </form>
  );
}

function Sent({ sender }: { sender: CueSender }) {
  const cues = [...sender.stage.cues.value].reverse();
  const earlier = cues.slice(SHOWN);
  return (
    <>
      <h3 class="cues-sent">{words().sent}</h3>
      {cues.length === 0 && <p class="muted">{words().none}</p>}
      <ol class="cues">
        {cues.slice(0, SHOWN).map((cue) => (
          <Cue key={cue.number} sender={sender} cue={cue} />
        ))}
      </ol>
      {earlier.length > 0 && (
        <details>
          <summary>{words().earlier(earlier.length)}</summary>
          <ol class="cues">
            {earlier.map((cue) => (
              <Cue key={cue.number} sender={sender} cue={cue} />
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

const LOOKS: Readonly<Record<Mark, IconName>> = {
  sent: "send",
  delivered: "screen",
  shown: "eye",
  read: "answer",
};

function Cue({ sender, cue }: { sender: CueSender; cue: CueView }) {
  const { number, text, marks, withdrawn } = cue;
  const isOpen = !withdrawn && Object.values(marks).some(({ mark }) => mark !== "read");
  return (
    <li class="cue-sent" data-open={isOpen ? "" : undefined}>
      <p class="cue-sent-text">
        {text}
        {withdrawn && <span class="muted"> · {words().withdrawn}</span>}
      </p>
      {isOpen && (
        <Button
          size="s"
          kind="quiet"
          icon="back"
          onClick={() => void sender.perform("withdrawcue", { cue: number }, words().said.withdrawn)}
        >
          {words().withdraw}
        </Button>
      )}
      <ul class="marks">
        {Object.entries(marks).map(([place, { mark, at }]) => {
          const name = sender.placeName(place);
          return (
            <li key={place} class="mark" data-mark={mark}>
              <span class="mark-place">{name}</span>
              <span class="mark-state">
                <Icon name={LOOKS[mark]} />
                {words().marks[mark]} <span class="numeric">{formatClock(at)}</span>
              </span>
              {isOpen && mark !== "read" && (
                <IconButton
                  size="s"
                  icon="answer"
                  label={words().markRead(name)}
                  onClick={() =>
                    void sender.perform("markcue", { cue: number, mark: "read", place }, words().said.read)
                  }
                />
              )}
            </li>
          );
        })}
      </ul>
    </li>
  );
}
