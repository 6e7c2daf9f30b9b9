import type { Podium } from "../lib/podium";
import type { Stage } from "../lib/stage";
import { PANEL, type RequestKind, type RequestView } from "../lib/wire.gen";
import { words as ofStage } from "../stage/words";
import { Button } from "../ui/button";
import { Icon, type IconName } from "../ui/icon";
import { Menu } from "../ui/overlay";
import { words } from "./words";

const KINDS: readonly (readonly [Exclude<RequestKind, "pass_on">, IconName])[] = [
  ["take", "answer"],
  ["more_time", "wait"],
  ["repeat", "back"],
  ["skip", "decline"],
];

/** What a speaker can ask back. Nothing changes on air by itself. */
export function Requests({ podium, place }: { podium: Podium; place: string }) {
  const ask = (kind: RequestKind, to: string | null = null) => podium.perform("makerequest", { kind, to });
  const colleagues = (podium.room.about.value?.panellists ?? []).filter(({ id }) => id !== place);
  return (
    <fieldset class="requests" aria-label={words().requests}>
      {KINDS.map(([kind, icon]) => (
        <Button key={kind} icon={icon} onClick={() => ask(kind)}>
          {ofStage().request[kind]}
        </Button>
      ))}
      {place !== PANEL && colleagues.length > 0 && (
        <Menu
          label={ofStage().request.pass_on}
          icon="send"
          kind="secondary"
          items={colleagues.map(({ id, name }) => ({ label: name, onSelect: () => ask("pass_on", id) }))}
        />
      )}
    </fieldset>
  );
}

/** What became of the newest request, as long as what it was about is on air. */
export function Asked({ podium, stage }: { podium: Podium; stage: Stage }) {
  const newest = stage.requests.value.at(-1);
  if (newest?.question !== (podium.room.stage.value?.on_air ?? null)) return null;
  return (
    <p class="asked" data-granted={newest.granted ?? undefined}>
      <Icon name={newest.granted === null ? "wait" : newest.granted ? "answer" : "decline"} />
      <span>{sentence(podium, newest)}</span>
    </p>
  );
}

function sentence(podium: Podium, { kind, to, granted }: RequestView): string {
  const what = to ? `${ofStage().request[kind]}: ${podium.room.panellistName(to)}` : ofStage().request[kind];
  return `${what} – ${granted === null ? words().asked : granted ? words().granted : words().refused}`;
}
