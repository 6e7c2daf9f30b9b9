import { formatNumber, messages, plural } from "../lib/i18n";

/** The source: what it says here, the other languages say in their way. */
export const german = {
  skip: { label: "Sprungmarken", stage: "Zum Bild", ask: "Zum Frageformular", questions: "Zu den Fragen" },
  stage: {
    title: "Bild und Ton",
    soon: "Gleich geht es los",
    soonText: "Das Bild erscheint von selbst, sobald das Podium beginnt.",
    starts: (moment: string) => `Beginn: ${moment}`,
    silent: "Gerade wird nichts übertragen",
    silentText: "Sobald wieder gesendet wird, erscheint das Bild von selbst.",
    pause: "Gleich geht es weiter",
    pauseText: "Die Übertragung ist kurz unterbrochen. Das Bild kommt von selbst zurück.",
    loading: "Das Bild wird geladen …",
    reconnecting: "Das Bild wird wieder verbunden …",
    unsupported: "Dieser Browser kann das Bild nicht zeigen",
    unsupportedText:
      "Bitte öffnen Sie die Seite in einem aktuellen Browser. Fragen können Sie trotzdem stellen.",
    rejected: "Das Bild lässt sich gerade nicht laden",
    rejectedText: "Wir versuchen es weiter. Fragen können Sie trotzdem stellen.",
    sound: "Ton einschalten",
    mute: "Ton ausschalten",
    play: "Wiedergabe",
    halt: "Anhalten",
    volume: "Lautstärke",
    fullscreen: "Vollbild",
    leaveFullscreen: "Vollbild verlassen",
    controls: "Wiedergabe steuern",
    live: "Live",
    attending: (count: number) => `${formatNumber(count)} dabei`,
  },
  panel: { title: "Auf dem Podium" },
  onAir: {
    title: "Jetzt auf der Bühne",
    nobody: "Gerade ist keine Frage auf der Bühne.",
    since: (time: string) => `seit ${time}`,
    announced: (number: number, text: string) => `Jetzt auf der Bühne, Frage ${number}: ${text}`,
  },
  by: (name: string, affiliation: string | null) => (affiliation ? `${name}, ${affiliation}` : name),
  anonymous: "Anonym",
  to: (name: string) => `an ${name}`,
  number: (number: number) => `Nr. ${number}`,
  wholePanel: "das ganze Podium",
  ask: {
    title: "Ihre Frage",
    text: "Was möchten Sie wissen?",
    limits: (limit: number) =>
      `Bis zu ${limit} Zeichen. Die Moderation liest jede Frage, bevor andere sie sehen.`,
    paused: "Fragen sind gerade pausiert. Gleich geht es weiter; was Sie schreiben, bleibt hier stehen.",
    closed: "Es werden keine Fragen mehr angenommen. Danke fürs Mitmachen!",
    open: "Sie können wieder fragen.",
    seen: (limit: number) => `Bis zu ${limit} Zeichen. Alle sehen Ihre Frage sofort.`,
    netiquette: "So fragen wir hier",
    rests: "Senden geht, sobald Fragen wieder offen sind.",
    addressee: "An wen richtet sich die Frage?",
    panel: "An das ganze Podium",
    about: "Name und Institution nennen",
    aboutOptional: "(freiwillig)",
    aboutHint: "Ohne Angabe erscheint Ihre Frage anonym.",
    name: "Name",
    affiliation: "Stadt, Institution oder Unternehmen",
    send: "Frage senden",
    empty: "Bitte schreiben Sie Ihre Frage.",
    tooLong: (over: number) =>
      `Bitte kürzen Sie um ${over} ${plural(over, { one: "Zeichen", other: "Zeichen" })}.`,
    offline:
      "Sie können weiter schreiben und senden. Wir schicken die Frage ab, sobald die Verbindung steht.",
    sent: (number: number) => `Ihre Frage ist eingegangen. Sie hat die Nummer ${number}.`,
    refused: (sentence: string) => `Ihre Frage wurde nicht angenommen. ${sentence}`,
    taken: "Danke! Ihre Frage ist unterwegs.",
    kept: "Keine Verbindung. Ihre Frage wartet hier und geht dann von selbst ab.",
  },
  footer: {
    privacy:
      "Ohne Konto und ohne Cookies. Mit Ihrer ersten Frage oder Stimme merkt sich nur dieser Browser ein Kennzeichen, damit Sie Ihre Fragen wiederfinden.",
    announce: "Neuigkeiten für Screenreader ansagen",
  },
  ended: "Hier geht es nicht weiter",
};

/** What the attend page says. */
export const words = messages(german, () => import("./words.en"));
