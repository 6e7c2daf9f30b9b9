import type { ComponentChildren } from "preact";
import type { State } from "../lib/wire.gen";
import { STATE_LOOKS, type Tone } from "./badge";
import { Icon, type IconName } from "./icon";

interface CardProps {
  as?: "div" | "section" | "article" | "li";
  class?: string;
  id?: string;
  "aria-labelledby"?: string;
  "aria-label"?: string;
  children: ComponentChildren;
}

export function Card({ as: Element = "div", class: extra = "", ...rest }: CardProps) {
  return <Element {...rest} class={`card ${extra}`} />;
}

/** Says that nothing is here, and what will be. */
export function EmptyState({
  icon,
  title,
  children,
}: {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      {children && <p class="empty-text">{children}</p>}
    </div>
  );
}

const NOTICE_ICONS: Record<Tone, IconName> = {
  neutral: "info",
  info: "info",
  success: "answer",
  warning: "warning",
  danger: "warning",
  accent: "info",
  live: "live",
};

interface NoticeProps {
  tone?: Tone;
  icon?: IconName;
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** A sentence that stays until it is no longer true. */
export function Notice({ tone = "info", icon, action, children }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`}>
      <Icon name={icon ?? NOTICE_ICONS[tone]} />
      <div class="notice-text">{children}</div>
      {action && <div class="notice-action">{action}</div>}
    </div>
  );
}

export interface TimelineEntry {
  state: State;
  label: string;
  time: string;
  detail?: string | undefined;
}

/** The steps of a receipt, oldest first; the last one is the present state. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  return (
    <ol class="timeline">
      {entries.map((entry, index) => (
        <li
          key={`${index}-${entry.state}`}
          class={`timeline-entry badge-${STATE_LOOKS[entry.state].tone}`}
          aria-current={index === entries.length - 1 ? "step" : undefined}
        >
          <span class="timeline-mark">
            <Icon name={STATE_LOOKS[entry.state].icon} />
          </span>
          <span class="timeline-label">{entry.label}</span>
          <span class="timeline-time numeric">{entry.time}</span>
          {entry.detail && <span class="timeline-detail">{entry.detail}</span>}
        </li>
      ))}
    </ol>
  );
}
