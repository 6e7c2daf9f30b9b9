import type { ComponentChildren } from "preact";
import type { State } from "../lib/wire.gen";
import { Icon, type IconName } from "./icon";

export type Tone = "neutral" | "info" | "success" | "warning" | "danger" | "accent" | "live";

export interface BadgeProps {
  tone?: Tone;
  icon?: IconName;
  children: ComponentChildren;
}

export function Badge({ tone = "neutral", icon, children }: BadgeProps) {
  return (
    <span class={`badge badge-${tone}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

/** How a state looks: never by colour alone, each has a shape of its own beside its word. */
export const STATE_LOOKS: Record<State, { tone: Tone; icon: IconName }> = {
  submitted: { tone: "neutral", icon: "wait" },
  held: { tone: "neutral", icon: "pause" },
  approved: { tone: "info", icon: "eye" },
  declined: { tone: "neutral", icon: "decline" },
  merged: { tone: "info", icon: "plus" },
  queued: { tone: "accent", icon: "queue" },
  on_air: { tone: "live", icon: "live" },
  answered: { tone: "success", icon: "answer" },
  deferred: { tone: "warning", icon: "wait" },
  withdrawn: { tone: "neutral", icon: "back" },
};

export function StateBadge({ state, children }: { state: State; children: ComponentChildren }) {
  return <Badge {...STATE_LOOKS[state]}>{children}</Badge>;
}
