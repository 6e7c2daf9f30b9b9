import { useEffect, useState } from "preact/hooks";
import { announce } from "../lib/a11y";
import type { Podium } from "../lib/podium";
import type { Stage } from "../lib/stage";
import type { PlaceCueView } from "../lib/wire.gen";
import { CueText } from "../stage/surface";
import { CALL_AGAIN, untilCall } from "./calls";
import { words } from "./words";

let calledAt = 0;

/** Tell the sender how far each cue has come; a screen that nobody sees has not shown it. */
export function markCues(podium: Podium, stage: Stage): void {
  const visible = document.visibilityState === "visible";
  for (const { number, mark } of stage.placeCues.value) {
    if (mark === "sent") podium.perform("markcue", { cue: number, mark: visible ? "shown" : "delivered" });
    else if (mark === "delivered" && visible) podium.perform("markcue", { cue: number, mark: "shown" });
  }
}

export function read(podium: Podium, cue: PlaceCueView): void {
  podium.perform("markcue", { cue: cue.number, mark: "read" });
  announce(words().cueRead);
}

/** What one cue after another says, above all else and beside it: the question stays where it is and readable. */
export function Cues({ podium, open }: { podium: Podium; open: readonly PlaceCueView[] }) {
  const cue = open[0];
  const [call, setCall] = useState(0);
  useEffect(() => {
    if (!cue) return undefined;
    announce(`${words().cue}: ${cue.text}`);
    const ring = () => {
      calledAt = Date.now();
      setCall((calls) => calls + 1);
    };
    let repeated: ReturnType<typeof setInterval> | undefined;
    const first = setTimeout(
      () => {
        ring();
        repeated = setInterval(ring, CALL_AGAIN);
      },
      untilCall(calledAt, Date.now()),
    );
    return () => {
      clearTimeout(first);
      clearInterval(repeated);
      setCall(0);
    };
  }, [cue?.number]);
  if (!cue) return null;
  return (
    <>
      {call > 0 && <div class="alarm" key={call} aria-hidden="true" />}
      <button type="button" class="cue" onClick={() => read(podium, cue)}>
        <CueText text={cue.text} more={open.length - 1} />
      </button>
    </>
  );
}
