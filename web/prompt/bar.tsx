import { RANGES } from "../stage/options";
import { words as ofStage } from "../stage/words";
import { IconButton } from "../ui/button";
import { options, set } from "./screen";
import { scroller } from "./scroller";
import { words } from "./words";

/** Runs the text and steps through it. */
export default function ScriptBar() {
  const { speed } = options.value;
  return (
    <fieldset class="script-bar" aria-label={ofStage().script}>
      <IconButton
        icon={scroller.running.value ? "pause" : "play"}
        label={scroller.running.value ? words().stop : words().run}
        onClick={() => scroller.toggle()}
      />
      <IconButton icon="up" label={words().back} onClick={() => scroller.step(-1)} />
      <IconButton icon="down" label={words().on} onClick={() => scroller.step(1)} />
      <label class="script-speed">
        <span class="visually-hidden">{words().speed}</span>
        <input
          type="range"
          {...RANGES.speed}
          value={speed}
          onInput={(event) => set({ speed: Number(event.currentTarget.value) })}
        />
        <span class="numeric">{words().speedOf(speed)}</span>
      </label>
    </fieldset>
  );
}
