import { useEffect, useRef } from "preact/hooks";
import { announce } from "../lib/a11y";
import { messages } from "../lib/i18n";
import { PANEL, type RequestView } from "../lib/wire.gen";
import { words as ofStage } from "../stage/words";
import { Button, Icon } from "../ui";
import type { Desk } from "./desk";

const words = messages(
  {
    title: "Bitten vom Podium",
    panel: "Bühne",
    to: (name: string) => `an ${name}`,
    grant: "Gewähren",
    refuse: "Ablehnen",
  },
  {
    title: "Requests of the panel",
    panel: "Stage",
    to: (name: string) => `to ${name}`,
    grant: "Grant",
    refuse: "Refuse",
  },
);

/**
 * What speakers ask for, below the lists, so that no row moves; the newest on top, so that the others stand still.
 * Granting says so on their screen and changes nothing on air by itself.
 */
export function Requests({ desk }: { desk: Desk }) {
  const open = desk.house.stage.requests.value.filter(({ granted }) => granted === null).reverse();
  const [newest] = open;
  const known = useRef(newest?.number ?? 0);
  useEffect(() => {
    if (!newest || newest.number <= known.current) return;
    known.current = newest.number;
    announce(sentence(desk, newest));
  }, [newest?.number]);
  if (open.length === 0) return null;
  return (
    <section class="requests" aria-label={words().title}>
      {open.map((request) => (
        <p key={request.number} class="request">
          <Icon name="flag" />
          <span class="request-text">{sentence(desk, request)}</span>
          <Button size="s" onClick={() => desk.house.settle(request.number, true)}>
            {words().grant}
          </Button>
          <Button size="s" kind="quiet" onClick={() => desk.house.settle(request.number, false)}>
            {words().refuse}
          </Button>
        </p>
      ))}
    </section>
  );
}

function sentence({ podium: { room } }: Desk, { place, kind, to, question }: RequestView): string {
  const who = place === PANEL ? words().panel : room.panellistName(place);
  const what = [ofStage().request[kind], to && words().to(room.panellistName(to))].filter(Boolean).join(" ");
  return `${who}: ${what}${question === null ? "" : ` · #${question}`}`;
}
