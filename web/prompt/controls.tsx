import { signal } from "@preact/signals";
import type { Podium } from "../lib/podium";
import type { Stage } from "../lib/stage";
import { Button, IconButton } from "../ui/button";
import { LanguageSwitch } from "../ui/language";
import { late } from "../ui/late";
import type { Which } from "./dialogs";
import { Requests } from "./requests";
import { options, set, toggleFullScreen, touched, turnMirror } from "./screen";
import { words } from "./words";

const ScriptBar = late(() => import("./bar"));
const Dialogs = late(() => import("./dialogs"));
const opened = signal<Which>(null);
const open = (which: Which) => {
  opened.value = which;
};

interface ControlsProps {
  podium: Podium;
  stage: Stage;
  place: string;
}

/** Out of sight until somebody touches the screen or reaches them by keyboard. Never mirrored. */
export default function Controls(props: ControlsProps) {
  const { mode, mirror } = options.value;
  return (
    <>
      <aside class="controls" aria-label={words().controls} data-shown={touched.value ? "" : undefined}>
        {mode === "script" && <ScriptBar />}
        <Requests podium={props.podium} place={props.place} />
        <div class="controls-row">
          <Button
            icon={mode === "card" ? "edit" : "question"}
            onClick={() => set({ mode: mode === "card" ? "script" : "card" })}
          >
            {mode === "card" ? words().toScript : words().toCard}
          </Button>
          <IconButton
            icon="mirror"
            label={words().mirror[mirror]}
            aria-pressed={mirror !== ""}
            onClick={turnMirror}
          />
          <IconButton icon="fullscreen" label={words().fullscreen} onClick={toggleFullScreen} />
          <IconButton icon="screen" label={words().options} onClick={() => open("options")} />
          <LanguageSwitch />
        </div>
      </aside>
      {opened.value !== null && <Dialogs {...props} which={opened.value} open={open} />}
    </>
  );
}
