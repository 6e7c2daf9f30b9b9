import { useEffect, useRef } from "preact/hooks";
import { announce } from "../lib/a11y";
import { formatAgo } from "../lib/i18n";
import type { RequestView } from "../lib/wire.gen";
import { words as ofStage } from "../stage/words";
import { Button, Icon } from "../ui";
import { second } from "../ui/second";
import type { Host } from "./host";
import { Key } from "./keyboard";
import { KEYS } from "./keys";
import { following, type Offer, offerOf } from "./plan";
import { words } from "./words";

const MORE = 30_000;

/** What speakers ask for: granted or refused here; what a granted one leaves to do is offered as the next step. */
export function Requests({ host }: { host: Host }) {
  const { requests } = host.stage;
  const open = requests.value.filter(({ granted }) => granted === null);
  const offers = requests.value.flatMap((request) => {
    const offer = offerOf(host.podium.room, request);
    return offer && !host.settled.value.includes(request.number) ? [{ request, offer }] : [];
  });
  useAnnounced(host, open);
  return (
    <section
      class="panel requests-panel"
      aria-labelledby="heading-requests"
      data-open={open.length + offers.length > 0 ? "" : undefined}
    >
      <h2 id="heading-requests">{words().requests.title}</h2>
      {open.length + offers.length === 0 ? (
        <p class="muted">{words().requests.none}</p>
      ) : (
        <ul class="requests">
          {open.map((request, index) => (
            <Open key={request.number} host={host} request={request} isFirst={index === 0} />
          ))}
          {offers.map(({ request, offer }) => (
            <Granted key={request.number} host={host} request={request} offer={offer} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Says each new request once. */
function useAnnounced(host: Host, open: readonly RequestView[]): void {
  const newest = open.at(-1)?.number ?? 0;
  const known = useRef(newest);
  useEffect(() => {
    const request = open.at(-1);
    if (request && newest > known.current)
      announce(words().said.request(host.placeName(request.place), whatOf(host, request)));
    known.current = Math.max(known.current, newest);
  }, [newest]);
}

function whatOf(host: Host, { kind, to }: RequestView): string {
  const what = ofStage().request[kind];
  return to === null ? what : `${what} ${words().requests.passTo(host.placeName(to))}`;
}

function Wish({ host, request }: { host: Host; request: RequestView }) {
  second.value;
  return (
    <p class="request-wish">
      <Icon name="flag" />
      <span>
        <strong>{host.placeName(request.place)}</strong>
        {`: ${whatOf(host, request)}`}
        <span class="muted numeric">
          {request.question !== null && ` · #${request.question}`}
          {` · ${request.granted ? words().requests.granted : formatAgo(request.at, host.podium.now())}`}
        </span>
      </span>
    </p>
  );
}

function Open({ host, request, isFirst }: { host: Host; request: RequestView; isFirst: boolean }) {
  const { number, kind, place } = request;
  const clock = kind === "more_time" ? host.stage.clock(place) : null;
  const extend = async () => {
    if (await host.settle(number, true)) host.extend(place, MORE);
  };
  const grant = () => void host.settle(number, true);
  return (
    <li class="request">
      <Wish host={host} request={request} />
      <div class="request-actions">
        <Button
          kind="primary"
          icon="answer"
          onClick={clock?.kind === "countdown" ? extend : grant}
          {...(isFirst ? { "data-action": "grant" } : {})}
        >
          {clock?.kind === "countdown" ? words().requests.grantMore : words().requests.grant}
          {isFirst && <Key host={host} name={KEYS.grant} />}
        </Button>
        {clock?.kind === "countdown" && <Button onClick={grant}>{words().requests.grant}</Button>}
        <Button icon="decline" onClick={() => void host.settle(number, false)}>
          {words().requests.refuse}
        </Button>
      </div>
    </li>
  );
}

function Granted({ host, request, offer }: { host: Host; request: RequestView; offer: Offer }) {
  const next = following(host.podium.room);
  return (
    <li class="request">
      <Wish host={host} request={request} />
      <div class="request-actions">
        <Button
          kind="primary"
          icon="play"
          pending={host.stepping.value}
          onClick={() => void host.carryOut(offer)}
        >
          {offer.kind === "skip"
            ? words().requests.skip(next?.number ?? null)
            : words().requests.give(host.placeName(offer.to))}
        </Button>
        <Button
          onClick={() => {
            host.settled.value = [...host.settled.peek(), request.number];
          }}
        >
          {words().requests.enough}
        </Button>
      </div>
    </li>
  );
}
