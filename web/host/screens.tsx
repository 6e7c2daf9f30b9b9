import { announce } from "../lib/a11y";
import { formatClock, formatNumber } from "../lib/i18n";
import type { ScreenView } from "../lib/wire.gen";
import { Badge, Button } from "../ui";
import { second } from "../ui/second";
import type { Host } from "./host";
import { acknowledged, type Health, healthOf } from "./plan";
import { Preview } from "./preview";
import { Steering } from "./steering";
import { words } from "./words";

/** Every screen by name, how it is connected, and what it shows. */
export function Screens({ host }: { host: Host }) {
  return (
    <section class="panel" data-section="screens" aria-labelledby="heading-screens">
      <h2 id="heading-screens">{words().screen.title}</h2>
      <ul class="screens">
        {host.stage.places.map((place) => (
          <Place key={place} host={host} place={place} />
        ))}
      </ul>
    </section>
  );
}

function Place({ host, place }: { host: Host; place: string }) {
  const screens = (host.podium.room.desk.value.screens ?? []).filter((screen) => screen.place === place);
  const shown = screens.find(({ gone, width }) => gone === null && width > 0) ?? null;
  const steered = screens.find(({ reading }) => reading !== null);
  const name = host.placeName(place);
  const read = acknowledged(host.stage.cues.value, place);
  const says = words().screen;
  return (
    <li class="place" data-place={place}>
      <Preview host={host} place={place} screen={shown} />
      <div class="place-about">
        <h3>{name}</h3>
        {screens.length === 0 && <p class="muted">{says.none}</p>}
        <ul class="place-screens">
          {screens.map((screen) => (
            <Screen key={screen.id} host={host} screen={screen} name={name} />
          ))}
        </ul>
        <p class="place-read">
          <span class="muted">{says.acknowledged}: </span>
          {read ? `${read.cue.text}, ${formatClock(read.at)}` : says.nothing}
        </p>
      </div>
      {steered?.reading && <Steering host={host} place={place} reading={steered.reading} />}
      <div class="place-actions">
        <Button
          icon="edit"
          aria-label={says.scriptOf(name)}
          onClick={() => {
            host.script.value = place;
          }}
        >
          {says.script}
        </Button>
        <Button
          icon="send"
          aria-label={`${says.cue}: ${name}`}
          onClick={() => {
            host.targets.value = [place];
            host.show("cues");
            requestAnimationFrame(() => document.querySelector<HTMLElement>(".cue-form input")?.focus());
          }}
        >
          {says.cue}
        </Button>
      </div>
    </li>
  );
}

const TONES = { well: "success", silent: "warning", gone: "danger" } as const;
const ICONS = { well: "signal", silent: "wait", gone: "signalOff" } as const;

function Screen({ host, screen, name }: { host: Host; screen: ScreenView; name: string }) {
  second.value;
  const health = healthOf(screen, host.podium.now());
  const says = words().screen;
  const called = screen.name ?? name;
  const modes: Readonly<Record<string, string>> = says.modes;
  const figures = [
    screen.width > 0 && `${screen.width} × ${screen.height}`,
    screen.round_trip !== null && `${formatNumber(screen.round_trip)} ms`,
    modes[screen.mode],
  ].filter(Boolean);
  return (
    <li class="screen" data-health={health}>
      {screen.name && <p class="screen-name">{screen.name}</p>}
      <Badge tone={TONES[health]} icon={ICONS[health]}>
        {said(health, screen)}
      </Badge>
      {health !== "gone" && (
        <>
          <Button
            size="s"
            kind="quiet"
            icon="search"
            aria-label={`${says.locate}: ${called}`}
            onClick={() => {
              host.podium.send({ type: "locate", screen: screen.id });
              announce(says.located(called));
            }}
          >
            {says.locate}
          </Button>
          <p class="screen-figures numeric">{figures.join(" · ")}</p>
        </>
      )}
    </li>
  );
}

function said(health: Health, { seen, gone }: ScreenView): string {
  const says = words().screen;
  if (health === "well") return says.well;
  return health === "silent" ? says.silent(formatClock(seen)) : says.gone(formatClock(gone ?? seen));
}
