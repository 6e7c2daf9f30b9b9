import { useState } from "preact/hooks";
import { type ClockView, type Commands, SESSION } from "../lib/wire.gen";
import { RunningClock } from "../stage/clocks";
import { Button, IconButton, Popover, TextField } from "../ui";
import type { Host } from "./host";
import { nextTime } from "./plan";
import { words } from "./words";

const MINUTE = 60_000;
const LONGEST = 1_440;
const OF_SESSION = [30, 45, 60, 90];
const OF_PLACE = [1, 2, 3, 5];

/** The session's clock and one for each place. */
export function Clocks({ host }: { host: Host }) {
  return (
    <section class="panel" data-section="clocks" aria-labelledby="heading-clocks">
      <h2 id="heading-clocks">{words().clock.title}</h2>
      <ul class="clock-rows">
        <Row host={host} name={SESSION} label={words().clock.session} presets={OF_SESSION} />
        {host.stage.places.map((place) => (
          <Row key={place} host={host} name={place} label={host.placeName(place)} presets={OF_PLACE} />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  host: Host;
  name: string;
  label: string;
  presets: readonly number[];
}

function Row({ host, name, label, presets }: RowProps) {
  const clock = host.stage.clock(name);
  const start = (body: Omit<Commands["startclock"], "clock">) =>
    void host.perform("startclock", { clock: name, ...body }, words().said.clock(label));
  return (
    <li class="clock-row" data-clock={name} data-running={clock ? "" : undefined}>
      <h3 class="clock-name">{label}</h3>
      {clock ? (
        <>
          <RunningClock clock={clock} label="" now={() => host.podium.now()} />
          <Running host={host} name={name} label={label} clock={clock} />
        </>
      ) : (
        <div class="clock-presets">
          {presets.map((minutes) => (
            <Button
              key={minutes}
              aria-label={words().clock.start(minutes, label)}
              onClick={() => start({ duration: minutes * MINUTE })}
            >
              {words().clock.minutes(minutes)}
            </Button>
          ))}
          <Other host={host} label={label} start={start} />
        </div>
      )}
    </li>
  );
}

function Running({
  host,
  name,
  label,
  clock,
}: {
  host: Host;
  name: string;
  label: string;
  clock: ClockView;
}) {
  const isPaused = clock.paused_at !== null;
  const says = words().clock;
  const turn = isPaused ? "resumeclock" : "pauseclock";
  return (
    <div class="clock-actions">
      <Button aria-label={says.lessOf(label)} onClick={() => host.extend(name, -MINUTE)}>
        {says.less}
      </Button>
      <Button aria-label={says.moreOf(label)} onClick={() => host.extend(name, MINUTE)}>
        {says.more}
      </Button>
      <IconButton
        kind="secondary"
        icon={isPaused ? "play" : "pause"}
        label={`${label}: ${isPaused ? says.resume : says.pause}`}
        data-action="pause"
        onClick={() => void host.perform(turn, { clock: name }, words().said.clock(label))}
      />
      <IconButton
        kind="secondary"
        icon="close"
        label={`${label}: ${says.clear}`}
        onClick={() => void host.perform("clearclock", { clock: name }, words().said.cleared(label))}
      />
    </div>
  );
}

interface OtherProps {
  host: Host;
  label: string;
  start: (body: Omit<Commands["startclock"], "clock">) => void;
}

/** Any length, until a time of day, or upwards. */
function Other({ host, label, start }: OtherProps) {
  const [minutes, setMinutes] = useState("10");
  const [until, setUntil] = useState("");
  const length = Number(minutes.replace(",", "."));
  const isLength = length > 0 && length <= LONGEST;
  const end = nextTime(until, host.podium.now());
  const says = words().clock;
  return (
    <Popover kind="secondary" label={says.otherOf(label)} short={says.other}>
      <div class="clock-other">
        <TextField
          label={says.length}
          value={minutes}
          onInput={setMinutes}
          error={isLength ? undefined : says.invalid}
        />
        <Button
          kind="primary"
          icon="play"
          disabled={!isLength}
          onClick={() => start({ duration: Math.round(length * MINUTE) })}
        >
          {says.begin}
        </Button>
        <label class="field">
          <span class="field-label">{says.until}</span>
          <input
            class="field-input numeric"
            type="time"
            value={until}
            onInput={(event) => setUntil(event.currentTarget.value)}
          />
        </label>
        <Button icon="play" disabled={end === null} onClick={() => end !== null && start({ until: end })}>
          {says.begin}
        </Button>
        <Button icon="up" class="clock-count" onClick={() => start({})}>
          {says.count}
        </Button>
      </div>
    </Popover>
  );
}
