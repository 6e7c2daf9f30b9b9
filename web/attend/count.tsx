import { formatNumber } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import { reasonName, stateName } from "../lib/sentences";
import type { State } from "../lib/wire.gen";
import { talk } from "./talk";

/** What became of all questions, for everybody to read once no more are taken. */
export function Count({ podium }: { podium: Podium }) {
  const count = podium.room.count.value;
  if (count === null || podium.room.intake.value?.state !== "closed") return null;
  const words = talk().count;
  const others = Object.entries(count.others).map(
    ([state, number]) => `${formatNumber(number)} ${stateName(state as State).toLowerCase()}`,
  );
  const reasons = Object.entries(count.reasons).map(
    ([reason, number]) => `${reasonName(reason)} (${formatNumber(number)})`,
  );
  const shown = [words.asked(count.asked), words.shown(count.shown, count.answered)];
  return (
    <section class="count" aria-labelledby="count-title">
      <h2 id="count-title">{words.title}</h2>
      <p class="numeric">{[...shown, ...others].join(", ")}.</p>
      {reasons.length > 0 && (
        <p class="muted numeric">
          {words.reasons}: {reasons.join(", ")}.
        </p>
      )}
    </section>
  );
}
