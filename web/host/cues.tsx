import { useSignal } from "@preact/signals";
import { formatClock, LANGUAGES, type Language } from "../lib/i18n";
import { CUE_LIMIT, type CueView, type Mark } from "../lib/wire.gen";
import { Button, Icon, IconButton, type IconName, TextField } from "../ui";
import type { Host } from "./host";
import { PRESETS } from "./presets";
import { words } from "./words";

/** Cues in sight at once; the others stand folded below. */
const SHOWN = 6;

/** Private messages to the screens, and how far each has come. */
export function Cues({ host }: { host: Host }) {
  const chosen = useSignal<Language | null>(null);
  const ofRoom: Language = host.podium.room.about.value?.language.startsWith("en") ? "en" : "de";
  const language = chosen.value ?? ofRoom;
  return (
    <section class="panel cues-panel" data-section="cues" aria-labelledby="heading-cues">
      <h2 id="heading-cues">{words().cue.title}</h2>
      <Targets host={host} />
      <div class="presets-head">
        <p class="field-label" id="presets-label">
          {words().cue.presets}
        </p>
        <fieldset class="languages">
          <legend class="visually-hidden">{words().cue.language}</legend>
          {LANGUAGES.map((tag) => (
            <button
              key={tag}
              type="button"
              class="languages-item"
              aria-pressed={tag === language}
              onClick={() => {
                chosen.value = tag;
              }}
            >
              <span class="visually-hidden">{`${words().cue.language} `}</span>
              {tag.toUpperCase()}
            </button>
          ))}
        </fieldset>
      </div>
      <fieldset class="presets" aria-labelledby="presets-label" lang={language}>
        {PRESETS[language].map((text) => (
          <Button key={text} onClick={() => void host.cue(text)}>
            {text}
          </Button>
        ))}
      </fieldset>
      <Own host={host} />
      <Sent host={host} />
    </section>
  );
}

/** To whom: everybody, or those that are chosen. */
function Targets({ host }: { host: Host }) {
  const targets = host.targets.value;
  const turn = (place: string) => {
    host.targets.value = targets.includes(place)
      ? targets.filter((one) => one !== place)
      : [...targets, place];
  };
  return (
    <fieldset class="choice">
      <legend class="field-label">{words().cue.to}</legend>
      <div class="choice-options">
        <Target
          label={words().cue.all}
          checked={targets.length === 0}
          turn={() => {
            host.targets.value = [];
          }}
        />
        {host.stage.places.map((place) => (
          <Target
            key={place}
            label={host.placeName(place)}
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

function Own({ host }: { host: Host }) {
  const text = useSignal("");
  const send = async () => {
    const said = text.value.trim();
    if (said && (await host.cue(said)) && text.peek().trim() === said) text.value = "";
  };
  return (
    <form
      class="cue-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextField
        label={words().cue.own}
        value={text.value}
        limit={CUE_LIMIT}
        counter={text.value.length > CUE_LIMIT / 2}
        onInput={(value) => {
          text.value = value;
        }}
      />
      <Button kind="primary" icon="send" type="submit" disabled={!text.value.trim()}>
        {words().cue.send}
      </Button>
    </form>
  );
}

function Sent({ host }: { host: Host }) {
  const cues = [...host.stage.cues.value].reverse();
  const earlier = cues.slice(SHOWN);
  return (
    <>
      <h3 class="cues-sent">{words().cue.sent}</h3>
      {cues.length === 0 && <p class="muted">{words().cue.none}</p>}
      <ol class="cues">
        {cues.slice(0, SHOWN).map((cue) => (
          <Cue key={cue.number} host={host} cue={cue} />
        ))}
      </ol>
      {earlier.length > 0 && (
        <details>
          <summary>{words().cue.earlier(earlier.length)}</summary>
          <ol class="cues">
            {earlier.map((cue) => (
              <Cue key={cue.number} host={host} cue={cue} />
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

function Cue({ host, cue }: { host: Host; cue: CueView }) {
  const { number, text, marks, withdrawn } = cue;
  const isOpen = !withdrawn && Object.values(marks).some(({ mark }) => mark !== "read");
  return (
    <li class="cue-sent" data-open={isOpen ? "" : undefined}>
      <p class="cue-sent-text">
        {text}
        {withdrawn && <span class="muted"> · {words().cue.withdrawn}</span>}
      </p>
      {isOpen && (
        <Button
          size="s"
          kind="quiet"
          icon="back"
          onClick={() => void host.perform("withdrawcue", { cue: number }, words().said.withdrawn)}
        >
          {words().cue.withdraw}
        </Button>
      )}
      <ul class="marks">
        {Object.entries(marks).map(([place, { mark, at }]) => {
          const name = host.placeName(place);
          return (
            <li key={place} class="mark" data-mark={mark}>
              <span class="mark-place">{name}</span>
              <span class="mark-state">
                <Icon name={LOOKS[mark]} />
                {words().cue.marks[mark]} <span class="numeric">{formatClock(at)}</span>
              </span>
              {isOpen && mark !== "read" && (
                <IconButton
                  size="s"
                  icon="answer"
                  label={words().cue.markRead(name)}
                  onClick={() =>
                    void host.perform("markcue", { cue: number, mark: "read", place }, words().said.read)
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
