import type { ComponentChildren } from "preact";
import type { Podium } from "../lib/podium";
import { connectionSentence, refusalSentence } from "../lib/sentences";
import { EmptyState, Notice } from "./surface";

interface GateProps {
  podium: Podium;
  /** Made only once the room is known. */
  children: () => ComponentChildren;
}

/** The page once it has joined its room; before that a waiting line, after a final refusal the reason. */
export function Gate({ podium, children }: GateProps) {
  const state = podium.connection.value;
  if (state.kind !== "ended" && podium.room.ready.value) return children();
  return (
    <main id="main" class="gate" tabIndex={-1}>
      <h1 class="visually-hidden">Podium</h1>
      {state.kind === "ended" ? (
        <EmptyState icon="decline" title={refusalSentence(state.code)} />
      ) : (
        <EmptyState icon="signal" title={connectionSentence(state)} />
      )}
    </main>
  );
}

/** Says that the connection is lost, for as long as it is. */
export function ConnectionNotice({ podium }: { podium: Podium }) {
  const state = podium.connection.value;
  if (state.kind === "live" || state.kind === "ended" || !podium.room.ready.value) return null;
  return (
    <Notice tone="warning" icon="signalOff">
      {connectionSentence(state)}
    </Notice>
  );
}
