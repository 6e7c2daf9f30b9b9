import { useComputed } from "@preact/signals";
import { messages } from "../lib/i18n";
import { NAME_LIMIT } from "../lib/wire.gen";
import { Popover, TextField } from "../ui";
import type { Desk } from "./desk";

const words = messages(
  {
    title: "Wer moderiert",
    count: (n: number) => (n === 1 ? "1 moderiert" : `${n} moderieren`),
    alone: "Sie moderieren gerade allein.",
    unnamed: (place: number) => `Moderation ${place}`,
    looks: (n: number) => `sieht sich Frage ${n} an`,
    here: "ist da",
    claim: (who: string) => `${who} sieht sich das an`,
    name: "Ihr Name",
    nameHint: "Nur die Moderation liest ihn.",
  },
  {
    title: "Who moderates",
    count: (n: number) => (n === 1 ? "1 moderates" : `${n} moderate`),
    alone: "You moderate alone right now.",
    unnamed: (place: number) => `Moderator ${place}`,
    looks: (n: number) => `looks at question ${n}`,
    here: "is here",
    claim: (who: string) => `${who} looks at this`,
    name: "Your name",
    nameHint: "Only moderators read it.",
  },
);

/** Who else moderates, what they look at, and what they call oneself. */
export function Presence({ desk }: { desk: Desk }) {
  const { company } = desk;
  const others = company.others.value;
  return (
    <Popover size="s" icon="team" label={words().count(others.length + 1)}>
      <div class="presence">
        <h2>{words().title}</h2>
        {others.length === 0 ? (
          <p class="muted">{words().alone}</p>
        ) : (
          <ul class="presence-list">
            {others.map((colleague) => {
              const title = company.title(colleague, words().unnamed);
              return (
                <li key={colleague.id}>
                  <span class="avatar" aria-hidden="true">
                    {initials(title)}
                  </span>
                  <span>
                    <strong>{title}</strong>{" "}
                    <span class="muted">
                      {colleague.question === null ? words().here : words().looks(colleague.question)}
                    </span>
                  </span>
                </li>
              );
            })}
          </ul>
        )}
        <TextField
          label={words().name}
          hint={words().nameHint}
          limit={NAME_LIMIT}
          autoComplete="given-name"
          value={company.name.value}
          onInput={(value) => {
            company.name.value = Array.from(value).slice(0, NAME_LIMIT).join("");
          }}
        />
      </div>
    </Popover>
  );
}

/** Hangs at the lower edge of a question, over its margin, so that nothing moves when somebody comes or goes. */
export function Claim({ desk, number }: { desk: Desk; number: number }) {
  const who = useComputed(() =>
    (desk.company.claims.value.get(number) ?? [])
      .map((colleague) => desk.company.title(colleague, words().unnamed))
      .join(", "),
  ).value;
  return who ? <span class="claim">{words().claim(who)}</span> : null;
}

function initials(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean);
  return [parts[0], parts.length > 1 ? parts.at(-1) : undefined]
    .map((part) => part?.[0] ?? "")
    .join("")
    .toUpperCase();
}
