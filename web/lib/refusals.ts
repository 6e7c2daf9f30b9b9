import { formatNumber, messages, plural } from "./i18n";
import type { Code } from "./wire.gen";

/** The source: what it says here, the other languages say in their way. */
export const german = {
  refused: {
    not_allowed: "Mit diesem Link ist das nicht möglich. Bitte fragen Sie nach dem passenden.",
    device_needed: "Ihr Browser ist noch nicht angemeldet. Bitte versuchen Sie es noch einmal.",
    unknown_question:
      "Diese Frage gibt es nicht mehr. Bitte laden Sie die Seite neu, wenn sie hier noch steht.",
    unknown_panellist: "Diese Person gehört nicht mehr zum Podium. Bitte wählen Sie neu.",
    unknown_reason: "Bitte wählen Sie einen Grund aus der Liste.",
    not_in_this_state:
      "Das geht nicht mehr: Die Frage ist inzwischen einen Schritt weiter. Bitte sehen Sie nach, wo sie jetzt steht.",
    neighbour_gone:
      "Die Reihenfolge hat sich inzwischen geändert. Bitte ordnen Sie die Frage noch einmal ein.",
    stage_changed: "Auf der Bühne ist inzwischen eine andere Frage. Bitte sehen Sie noch einmal hin.",
    changed_since:
      "Zu spät: Inzwischen hat jemand die Frage weiter bearbeitet. Bitte sehen Sie nach, wie sie jetzt dasteht.",
    text_empty: "Bitte schreiben Sie Ihre Frage.",
    text_too_long: "Der Text ist zu lang. Bitte kürzen Sie ihn.",
    text_not_plain: "Der Text enthält unsichtbare Steuerzeichen. Bitte schreiben Sie ihn ohne diese.",
    too_many_questions: "Sie haben gerade mehrere Fragen gestellt. Bitte warten Sie einen Moment.",
    too_many_in_room: "Gerade kommen sehr viele Fragen auf einmal an. Bitte warten Sie einen Moment.",
    questions_paused: "Gerade werden keine Fragen angenommen. Bitte versuchen Sie es später noch einmal.",
    questions_closed: "Es werden keine Fragen mehr angenommen. Lesen und abstimmen können Sie weiter.",
    device_blocked:
      "Von diesem Gerät werden in diesem Raum keine Fragen und Stimmen angenommen. Bitte wenden Sie sich an die Organisation.",
    unknown_device: "Dieses Gerät hat in diesem Raum keine Frage gestellt. Bitte laden Sie die Seite neu.",
    nothing_to_redact: "Dieser Text steht nicht in der Frage. Bitte markieren Sie die Stelle neu.",
    unknown_cue: "Diesen Hinweis gibt es nicht mehr.",
    unknown_request: "Diese Bitte gibt es nicht mehr.",
    out_of_range: "Das geht so nicht: Bitte prüfen Sie die Angabe.",
    malformed: "Diese Seite und der Server verstehen sich nicht. Bitte laden Sie die Seite neu.",
    too_large: "Das ist zu lang. Bitte kürzen Sie den Text.",
    too_fast: "Das ging zu schnell. Bitte warten Sie einen Moment.",
    hello_first: "Diese Seite und der Server verstehen sich nicht. Bitte laden Sie die Seite neu.",
    unknown_room: "Diesen Raum gibt es nicht. Bitte prüfen Sie den Link.",
    token_invalid: "Dieser Link ist nicht gültig. Bitte fragen Sie nach einem neuen.",
    token_expired: "Dieser Link ist abgelaufen. Bitte fragen Sie nach einem neuen.",
    token_revoked: "Dieser Link wurde zurückgezogen. Bitte fragen Sie nach einem neuen.",
    busy: "Gerade ist viel los. Es geht gleich von selbst weiter.",
    shutting_down: "Der Server startet neu. Es geht gleich von selbst weiter.",
    storage_full: "Der Server kann gerade nichts speichern. Es geht weiter, sobald wieder Platz ist.",
    storage_busy: "Der Server ist gerade beschäftigt. Es geht gleich von selbst weiter.",
    storage_unavailable: "Der Server kann gerade nichts speichern. Es geht weiter, sobald er es wieder kann.",
  } satisfies Readonly<Record<Code, string>>,
  again: (seconds: number) =>
    `Wieder möglich in ${formatNumber(seconds)} ${plural(seconds, { one: "Sekunde", other: "Sekunden" })}.`,
};

const words = messages(german, () => import("./refusals.en"));

/** What a refusal means to a person; retryAfter: milliseconds until it may succeed. */
export function sentence(code: Code, retryAfter: number | null): string {
  const refused = words().refused[code];
  return retryAfter === null ? refused : `${refused} ${words().again(Math.ceil(retryAfter / 1000))}`;
}
