import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { announce, summarise } from "../lib/a11y";
import { inLanguage, language } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import { refusalSentence } from "../lib/sentences";
import { AFFILIATION_LIMIT, type Intake, NAME_LIMIT, PANEL, TEXT_LIMIT } from "../lib/wire.gen";
import { Button, Notice, Select, TextField } from "../ui";
import type { AskForm, Fault, FieldName } from "./draft";
import { words } from "./words";

interface AskProps {
  podium: Podium;
  form: AskForm;
  /** Stands below the text while somebody writes. */
  children: ComponentChildren;
}

/** The question form. */
export function Ask({ podium, form, children }: AskProps) {
  const fields = useRef(new Map<FieldName, HTMLElement>());
  const { ask } = words();
  const { draft, faults } = form;
  const field = (name: FieldName) => ({
    name,
    value: draft.value[name],
    onInput: (value: string) => form.change(name, value),
    error: sentence(faults.value[name]),
    inputRef: (element: HTMLElement | null) => {
      if (element) fields.current.set(name, element);
    },
  });
  const intake = podium.room.intake.value;
  const state = intake?.state ?? "open";
  useIntakeNews(podium);
  // once open it stays: who empties a field is still in it
  const isOpen = useRef(false);
  isOpen.current ||= draft.value.name !== "" || draft.value.affiliation !== "";

  const send = (event: Event) => {
    event.preventDefault();
    if (state !== "open") return;
    if (form.send(podium, language.peek())) {
      announce(podium.connection.peek().kind === "live" ? ask.taken : ask.kept);
      return;
    }
    const faulty = (["text", "name", "affiliation"] as const).find((name) => faults.peek()[name]);
    const wanted = faulty && fields.current.get(faulty);
    wanted?.closest("details")?.setAttribute("open", "");
    wanted?.focus();
  };

  return (
    <section id="ask" class="ask" aria-labelledby="ask-title" tabIndex={-1}>
      <h2 id="ask-title">{ask.title}</h2>
      {state !== "open" && (
        <Notice icon={state === "paused" ? "pause" : "stop"}>{intakeSentence(podium)}</Notice>
      )}
      {state !== "closed" && (
        <form class="ask-form" onSubmit={send} noValidate>
          <TextField
            {...field("text")}
            label={ask.text}
            hint={(intake?.premoderated ?? true) ? ask.limits(TEXT_LIMIT) : ask.seen(TEXT_LIMIT)}
            limit={TEXT_LIMIT}
            counter
            multiline
            rows={3}
          />
          {children}
          <Addressee podium={podium} form={form} />
          <details class="disclosure" open={isOpen.current}>
            <summary>
              <span>
                {ask.about} <span class="muted">{ask.aboutOptional}</span>
              </span>
            </summary>
            <div class="disclosure-fields">
              <p class="muted">{ask.aboutHint}</p>
              <TextField {...field("name")} label={ask.name} limit={NAME_LIMIT} autoComplete="name" />
              <TextField
                {...field("affiliation")}
                label={ask.affiliation}
                limit={AFFILIATION_LIMIT}
                autoComplete="organization"
              />
            </div>
          </details>
          <div class="ask-send">
            <Button kind="primary" size="l" type="submit" icon="send" aria-disabled={state !== "open"}>
              {ask.send}
            </Button>
            {state === "paused" && <p class="muted">{ask.rests}</p>}
            {podium.connection.value.kind !== "live" && podium.connection.value.kind !== "connecting" && (
              <p class="muted">{ask.offline}</p>
            )}
          </div>
        </form>
      )}
      <Netiquette podium={podium} />
    </section>
  );
}

/** What the organiser asks of everybody; reasons for declining lead here. */
function Netiquette({ podium }: { podium: Podium }) {
  const rules = podium.room.about.value?.netiquette ?? [];
  if (rules.length === 0) return null;
  return (
    <details id="netiquette" class="disclosure">
      <summary>
        <span>{words().ask.netiquette}</span>
      </summary>
      <ul class="netiquette">
        {rules.map((rule) => (
          <li key={rule.de ?? rule.en}>{inLanguage(rule)}</li>
        ))}
      </ul>
    </details>
  );
}

/** Why nobody can ask now, in the organiser's words or our own. */
function intakeSentence(podium: Podium): string {
  const intake = podium.room.intake.value;
  const said = intake && inLanguage({ de: intake.notice_de, en: intake.notice_en });
  return said ?? words().ask[intake?.state ?? "open"];
}

/** Says it when questions open, pause or close while the page is open. */
function useIntakeNews(podium: Podium): void {
  const known = useRef<Intake | null>(null);
  useSignalEffect(() => {
    const state = podium.room.intake.value?.state ?? null;
    if (state !== null && known.current !== null && known.current !== state)
      summarise("intake", intakeSentence(podium));
    known.current = state;
  });
}

function Addressee({ podium, form }: { podium: Podium; form: AskForm }) {
  const { ask } = words();
  const panellists = podium.room.about.value?.panellists ?? [];
  if (panellists.length < 2) return null;
  const options = panellists.map(({ id, name, role }) => ({ value: id, label: `${name}, ${role}` }));
  const { addressee } = form.draft.value;
  return (
    <Select
      label={ask.addressee}
      value={addressee}
      options={[{ value: PANEL as string, label: ask.panel }, ...options]}
      onChange={(value) => form.change("addressee", value)}
      error={sentence(form.faults.value.addressee)}
    />
  );
}

function sentence(fault: Fault | undefined): string | undefined {
  switch (fault?.kind) {
    case undefined:
      return undefined;
    case "empty":
      return words().ask.empty;
    case "long":
      return words().ask.tooLong(fault.over);
    case "refused":
      return refusalSentence(fault.code, fault.retryAfter);
  }
}
