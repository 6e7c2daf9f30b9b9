import { useSignal } from "@preact/signals";
import { messages } from "../lib/i18n";
import { INTAKES, type Intake, NOTE_LIMIT } from "../lib/wire.gen";
import { Button, Choice, Dialog, Notice, TextField, Toggle } from "../ui";
import type { Desk } from "./desk";

const words = messages(
  {
    title: "Fragen in diesem Raum",
    intake: "Fragen aus dem Publikum",
    intakes: { open: "offen", paused: "pausiert", closed: "geschlossen" },
    details: {
      open: "Alle können fragen.",
      paused: "Das Formular ruht, alle wissen, dass es weitergeht.",
      closed: "Schluss. Alle sehen, was aus den Fragen wurde.",
    },
    notice: "Hinweis für alle Bildschirme",
    noticeHint: "Leer: Die Seiten sagen es mit eigenen Worten.",
    german: "Auf Deutsch",
    english: "Auf Englisch",
    apply: "Übernehmen",
    reading: "Moderation",
    before: "Jede Frage lesen, bevor alle sie sehen",
    beforeHint: "Ausgeschaltet sehen alle neue Fragen sofort. Auffällige warten auch dann im Eingang.",
    list: "Auffällige Wörter",
    listHint: (fixed: string) =>
      `Fragen mit diesen Wörtern werden markiert, nie von selbst abgelehnt. Eines je Zeile, ein * steht für jedes Ende.${fixed}`,
    fixed: (list: string) => ` Immer dabei: ${list}.`,
    save: "Wortliste speichern",
    blocked: "Gesperrte Geräte",
    none: "Kein Gerät ist gesperrt.",
    device: (n: number) => `Gerät ${n}`,
    unblock: "Sperre aufheben",
  },
  {
    title: "Questions in this room",
    intake: "Questions from the audience",
    intakes: { open: "open", paused: "paused", closed: "closed" },
    details: {
      open: "Everybody can ask.",
      paused: "The form rests, everybody knows that it goes on.",
      closed: "Over. Everybody sees what became of the questions.",
    },
    notice: "Notice for all screens",
    noticeHint: "Empty: the pages say it in their own words.",
    german: "In German",
    english: "In English",
    apply: "Apply",
    reading: "Moderation",
    before: "Read each question before everybody sees it",
    beforeHint:
      "Switched off, everybody sees new questions at once. Those that stand out still wait in the inbox.",
    list: "Words to look at twice",
    listHint: (fixed: string) =>
      `Questions with these words are marked, never declined by themselves. One a line, a * stands for any ending.${fixed}`,
    fixed: (list: string) => ` Always among them: ${list}.`,
    save: "Save the words",
    blocked: "Blocked devices",
    none: "No device is blocked.",
    device: (n: number) => `Device ${n}`,
    unblock: "Unblock",
  },
);

/** Opens, pauses and closes the questions, and holds the rules of the room. */
export function RoomDialog({ desk }: { desk: Desk }) {
  const { house } = desk;
  return (
    <Dialog
      open={house.open.value === "room"}
      title={words().title}
      onClose={() => {
        house.open.value = null;
      }}
    >
      <div class="house">
        {house.refusal.value && <Notice tone="warning">{house.refusal.value}</Notice>}
        <Opening desk={desk} />
        <Reading desk={desk} />
        <Blocked desk={desk} />
      </div>
    </Dialog>
  );
}

function Opening({ desk }: { desk: Desk }) {
  const present = desk.podium.room.intake.value;
  const intake = useSignal<Intake>(present?.state ?? "open");
  const german = useSignal(present?.notice_de ?? "");
  const english = useSignal(present?.notice_en ?? "");
  const tooLong = [german, english].some(({ value }) => Array.from(value).length > NOTE_LIMIT);
  return (
    <form
      class="house-part"
      onSubmit={(event) => {
        event.preventDefault();
        if (tooLong) return;
        const notice = { notice_de: german.value.trim() || null, notice_en: english.value.trim() || null };
        void desk.house.admit({ intake: intake.value, ...notice });
      }}
    >
      <Choice<Intake>
        legend={words().intake}
        name="intake"
        value={intake.value}
        options={INTAKES.map((value) => ({
          value,
          label: words().intakes[value],
          detail: words().details[value],
        }))}
        onChange={(value) => {
          intake.value = value;
        }}
      />
      <fieldset class="house-notice">
        <legend class="field-label">{words().notice}</legend>
        <p class="field-hint">{words().noticeHint}</p>
        <TextField
          label={words().german}
          limit={NOTE_LIMIT}
          value={german.value}
          onInput={(value) => {
            german.value = value;
          }}
        />
        <TextField
          label={words().english}
          limit={NOTE_LIMIT}
          value={english.value}
          onInput={(value) => {
            english.value = value;
          }}
        />
      </fieldset>
      <div class="dialog-actions">
        <Button kind="primary" type="submit">
          {words().apply}
        </Button>
      </div>
    </form>
  );
}

function Reading({ desk }: { desk: Desk }) {
  const { room } = desk.podium;
  const rules = room.rules.value;
  const list = useSignal((rules?.watched ?? []).join("\n"));
  const fixed = rules?.words.length ? words().fixed(rules.words.join(", ")) : "";
  return (
    <section class="house-part" aria-labelledby="house-reading">
      <h3 id="house-reading">{words().reading}</h3>
      <div>
        <Toggle
          label={words().before}
          checked={room.intake.value?.premoderated ?? true}
          onChange={(on) => desk.house.premoderate(on)}
        />
        <p class="field-hint">{words().beforeHint}</p>
      </div>
      <TextField
        label={words().list}
        hint={words().listHint(fixed)}
        multiline
        rows={3}
        value={list.value}
        onInput={(value) => {
          list.value = value;
        }}
      />
      <div class="dialog-actions">
        <Button
          onClick={() =>
            desk.house.watch(
              list.value
                .split("\n")
                .map((word) => word.trim())
                .filter(Boolean),
            )
          }
        >
          {words().save}
        </Button>
      </div>
    </section>
  );
}

function Blocked({ desk }: { desk: Desk }) {
  const blocked = desk.podium.room.rules.value?.blocked ?? [];
  return (
    <section class="house-part" aria-labelledby="house-blocked">
      <h3 id="house-blocked">{words().blocked}</h3>
      {blocked.length === 0 ? (
        <p class="field-hint">{words().none}</p>
      ) : (
        <ul class="house-devices">
          {blocked.map((device) => (
            <li key={device}>
              <span>{words().device(device)}</span>
              <Button size="s" icon="back" onClick={() => desk.house.unblock(device)}>
                {words().unblock}
                <span class="visually-hidden"> {words().device(device)}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
