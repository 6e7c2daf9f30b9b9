import { useRef } from "preact/hooks";
import { announce } from "../lib/a11y";
import { language } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import { refusalSentence } from "../lib/sentences";
import { AFFILIATION_LIMIT, NAME_LIMIT, PANEL, TEXT_LIMIT } from "../lib/wire.gen";
import { Button, Select, TextField } from "../ui";
import type { AskForm, Fault, FieldName } from "./draft";
import { words } from "./words";

/** The question form. */
export function Ask({ podium, form }: { podium: Podium; form: AskForm }) {
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
  const isOpen = draft.value.name !== "" || draft.value.affiliation !== "";

  const send = (event: Event) => {
    event.preventDefault();
    if (form.send(podium, language.peek())) announce(ask.taken);
    else
      for (const name of ["text", "name", "affiliation"] as const)
        if (faults.peek()[name]) {
          fields.current.get(name)?.focus();
          break;
        }
  };

  return (
    <section id="ask" class="ask" aria-labelledby="ask-title" tabIndex={-1}>
      <h2 id="ask-title">{ask.title}</h2>
      <form class="ask-form" onSubmit={send} noValidate>
        <TextField
          {...field("text")}
          label={ask.text}
          hint={ask.limits(TEXT_LIMIT)}
          limit={TEXT_LIMIT}
          counter
          multiline
          rows={3}
        />
        <Addressee podium={podium} form={form} />
        <details class="disclosure" open={isOpen}>
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
          <Button kind="primary" size="l" type="submit" icon="send">
            {ask.send}
          </Button>
          {podium.connection.value.kind !== "live" && podium.connection.value.kind !== "connecting" && (
            <p class="muted">{ask.offline}</p>
          )}
        </div>
      </form>
    </section>
  );
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
