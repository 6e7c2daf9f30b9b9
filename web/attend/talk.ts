import { formatNumber, messages, plural } from "../lib/i18n";

/** What the part below the form says: it comes after the first picture of the page, and its words with it. */
export const german = {
  mine: {
    title: "Meine Fragen",
    sending: "Wird gesendet …",
    waiting: "Wartet auf die Verbindung und geht dann von selbst ab.",
    refused: "Nicht angenommen",
    edit: "Bearbeiten",
    discard: "Verwerfen",
    history: "Verlauf",
    original: (text: string) => `Von der Moderation bearbeitet. Ihr Wortlaut: ${text}`,
    withdraw: "Zurückziehen",
    withdrawTitle: "Frage zurückziehen?",
    withdrawText: "Die Frage verschwindet bei allen. Das lässt sich nicht rückgängig machen.",
    keep: "Behalten",
    withdrawn: (number: number) => `Ihre Frage Nr. ${number} ist zurückgezogen.`,
    news: (number: number, step: string) => `Ihre Frage Nr. ${number}: ${step}.`,
    steps: {
      submitted: "Eingegangen, die Moderation liest sie",
      held: "Gelesen und vorgemerkt",
      merged: (number: number) => `Zusammengeführt mit Frage ${number}, Sie erfahren hier, wie es weitergeht`,
      mergedBefore: "Zusammengeführt",
      approved: "Freigegeben und für alle sichtbar",
      queued: (name: string) => `Eingereiht für ${name}`,
      queuedBefore: "Eingereiht",
      on_air: "Auf der Bühne",
      answered: "Live beantwortet",
      replied: "Schriftlich beantwortet",
      deferred: "Wird später beantwortet",
      declined: (reason: string) => `Nicht übernommen: ${reason}`,
      declinedPlain: "Nicht übernommen",
      withdrawn: "Von Ihnen zurückgezogen",
    },
  },
  questions: {
    title: "Fragen aus dem Publikum",
    none: "Noch sind keine Fragen freigegeben",
    noneText: "Stellen Sie die erste: Sobald die Moderation sie gelesen hat, steht sie hier.",
    noneSeen: "Stellen Sie die erste: Sie steht sofort hier.",
    order: "Reihenfolge",
    byVotes: "Meiste Stimmen",
    byTime: "Neueste",
    hold: "Liste anhalten",
    resume: "Liste weiterlaufen lassen",
    fresh: (count: number) =>
      `${formatNumber(count)} ${plural(count, { one: "neue Frage", other: "neue Fragen" })} anzeigen`,
    news: (count: number) =>
      `${formatNumber(count)} ${plural(count, { one: "neue Frage", other: "neue Fragen" })} aus dem Publikum.`,
    vote: (number: number) => `Frage ${number} unterstützen`,
    votes: (count: number) => `${formatNumber(count)} ${plural(count, { one: "Stimme", other: "Stimmen" })}`,
    answered: (count: number) => `Beantwortet (${formatNumber(count)})`,
    gone: "Diese Frage ist nicht mehr öffentlich.",
    states: { queued: "Kommt dran", on_air: "Auf der Bühne", answered: "Beantwortet" },
  },
  seeNetiquette: "Mehr dazu: So fragen wir hier",
  similar: {
    title: (count: number) =>
      plural(count, {
        one: "Diese Frage gibt es schon? Stimmen Sie ab, dann wiegt sie mehr.",
        other: "Diese Fragen gibt es schon? Stimmen Sie ab, dann wiegen sie mehr.",
      }),
    news: (count: number) =>
      `${formatNumber(count)} ${plural(count, { one: "ähnliche Frage", other: "ähnliche Fragen" })} unter dem Textfeld.`,
    thanks: "Danke, Ihre Stimme zählt. Sie können Ihre Frage trotzdem senden.",
    clear: "Meinen Text löschen",
    cleared: "Ihr Text ist gelöscht.",
  },
  redacted: "Die Moderation hat persönliche Angaben geschwärzt.",
  count: {
    title: "Was aus den Fragen wurde",
    asked: (count: number) => `${formatNumber(count)} gestellt`,
    shown: (count: number, answered: number) =>
      `${formatNumber(count)} gezeigt${answered > 0 ? ` (davon ${formatNumber(answered)} beantwortet)` : ""}`,
    reasons: "Gründe für Ablehnungen",
  },
};

export const talk = messages(german, () => import("./talk.en"));
