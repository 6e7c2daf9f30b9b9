import { useMemo, useRef } from "preact/hooks";
import { formatDuration } from "../lib/i18n";
import { blocksOf } from "../lib/script";
import { FASTEST, type Reading, SLOWEST, type Steer } from "../lib/wire.gen";
import { words as ofStage } from "../stage/words";
import { Button, IconButton, Menu } from "../ui";
import type { Host } from "./host";
import { Key } from "./keyboard";
import { KEYS } from "./keys";
import { stepLine } from "./plan";
import { words } from "./words";

/** Words a minute of one press. */
const STEP = 10;
/** So long what was ordered counts as where the screen is, until it says so itself (milliseconds). */
const ON_ITS_WAY = 2_000;

interface SteeringProps {
  host: Host;
  place: string;
  /** Where the screen says it is. */
  reading: Reading;
}

/** Runs a speaker's text from afar: start and stop, the speed, paragraph by paragraph, from marker to marker. */
export function Steering({ host, place, reading }: SteeringProps) {
  const { lines } = host.stage.script(place);
  const blocks = useMemo(() => blocksOf(lines), [lines]);
  const ordered = useRef<Partial<Record<Steer, { value: number; at: number }>>>({});
  const name = host.placeName(place);
  const says = words().steer;
  const order = (what: Steer, value: number) => {
    ordered.current[what] = { value, at: Date.now() };
    host.steered.value = place;
    void host.perform("steerscript", { place, what, value }, words().said.steered(name));
  };
  // quick presses add up, though the screen tells where it is only now and then
  const now = (what: "speed" | "line") => {
    const last = ordered.current[what];
    return last && Date.now() - last.at < ON_ITS_WAY ? last.value : reading[what];
  };
  const faster = (by: number) => order("speed", Math.min(FASTEST, Math.max(SLOWEST, now("speed") + by)));
  const step = (direction: 1 | -1) => {
    const line = now("line");
    const to = stepLine(blocks, line, line === reading.line ? reading.share : 0, direction);
    if (to !== null) order("line", to);
  };
  const isKeyed = host.keyed === place;
  const marks = blocks.filter(({ kind }) => kind === "heading");
  return (
    <fieldset class="steering" data-place={place} data-keys={isKeyed ? "" : undefined}>
      <legend class="visually-hidden">{says.title(name)}</legend>
      <Button
        class="steering-run"
        kind={reading.running ? "secondary" : "primary"}
        icon={reading.running ? "pause" : "play"}
        data-action="run"
        onClick={() => order("run", reading.running ? 0 : 1)}
      >
        {reading.running ? says.stop : says.run}
        {isKeyed && <Key host={host} name={KEYS.run} />}
      </Button>
      <div class="steering-group">
        <Button aria-label={says.slower} data-action="slower" onClick={() => faster(-STEP)}>
          −{STEP}
        </Button>
        <span class="steering-speed numeric">{says.speed(reading.speed)}</span>
        <Button aria-label={says.faster} data-action="faster" onClick={() => faster(STEP)}>
          +{STEP}
        </Button>
      </div>
      <div class="steering-group">
        <IconButton kind="secondary" icon="up" label={says.back} data-action="up" onClick={() => step(-1)} />
        <IconButton kind="secondary" icon="down" label={says.on} data-action="down" onClick={() => step(1)} />
        {marks.length > 0 && (
          <Menu
            label={says.mark}
            icon="flag"
            kind="secondary"
            items={marks.map(({ lines: [title = ""], line }) => ({
              label: title,
              onSelect: () => order("line", line),
            }))}
          />
        )}
      </div>
      <span class="steering-left muted numeric">{ofStage().left(formatDuration(reading.left))}</span>
    </fieldset>
  );
}
