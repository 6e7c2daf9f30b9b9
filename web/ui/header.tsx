import type { ComponentChildren } from "preact";
import type { ConnectionState } from "../lib/connection";
import { Icon } from "./icon";
import { LanguageSwitch } from "./language";
import { Menu } from "./overlay";
import { THEMES, theme } from "./theme";
import { words } from "./words";

export type Connection = "connecting" | "live" | "lost";

/** What the header shows for a state of the connection. */
export function connectionOf(state: ConnectionState): Connection {
  return state.kind === "live" || state.kind === "connecting" ? state.kind : "lost";
}

const THEME_ICONS = { system: "system", light: "sun", dark: "moon" } as const;

export function ThemeSwitch() {
  return (
    <Menu
      compact
      icon={THEME_ICONS[theme.value]}
      label={words().appearance}
      items={THEMES.map((choice) => ({
        label: words().themes[choice],
        icon: THEME_ICONS[choice],
        chosen: theme.value === choice,
        onSelect: () => {
          theme.value = choice;
        },
      }))}
    />
  );
}

/** Quiet while all is well, in words and by shape when not. */
export function ConnectionMark({ connection }: { connection: Connection }) {
  return (
    <span class="connection" data-connection={connection}>
      <Icon name={connection === "lost" ? "signalOff" : "signal"} />
      <span class="connection-text">{words().connection[connection]}</span>
    </span>
  );
}

interface PageHeaderProps {
  programme: string;
  title: string;
  connection: Connection;
  /** Which page this is, for people who have several open: "Moderation", "Studio". */
  place?: string;
  /** Further tools of the page, left of language and appearance. */
  children?: ComponentChildren;
  /** Whether the page has a place of its own for language and appearance. */
  bare?: boolean;
}

export function PageHeader({ programme, title, connection, place, children, bare }: PageHeaderProps) {
  return (
    <header class="page-header">
      <a class="skip-link" href="#main">
        {words().skip}
      </a>
      <div class="page-header-names">
        <p class="page-header-programme">
          {programme}
          {place && <span class="page-header-place">{place}</span>}
        </p>
        <h1>{title}</h1>
      </div>
      <div class="page-header-tools">
        <ConnectionMark connection={connection} />
        {children}
        {!bare && (
          <>
            <LanguageSwitch />
            <ThemeSwitch />
          </>
        )}
      </div>
    </header>
  );
}
