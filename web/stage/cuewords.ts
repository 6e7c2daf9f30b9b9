import { messages } from "../lib/i18n";
import type { Mark } from "../lib/wire.gen";

type OfMarks = Readonly<Record<Mark, string>>;

/** Apart from the others of the stage: only who sends cues loads these. */
export const words = messages(
  {
    title: "Hinweise an die Anzeigen",
    to: "An",
    all: "Alle",
    language: "Sprache der Vorlagen",
    presets: "Vorlagen",
    own: "Eigener Text",
    send: "Senden",
    sent: "Gesendet",
    none: "Noch kein Hinweis gesendet.",
    withdraw: "Zurücknehmen",
    withdrawn: "zurückgenommen",
    markRead: (name: string) => `Für ${name} als gelesen melden`,
    marks: {
      sent: "gesendet",
      delivered: "zugestellt",
      shown: "gezeigt",
      read: "gelesen",
    } satisfies OfMarks,
    earlier: (n: number) => `Ältere Hinweise (${n})`,
    said: {
      sent: "Hinweis gesendet.",
      withdrawn: "Hinweis zurückgenommen.",
      read: "Als gelesen gemeldet.",
    },
  },
  {
    title: "Cues to the screens",
    to: "To",
    all: "Everybody",
    language: "Language of the presets",
    presets: "Presets",
    own: "Own words",
    send: "Send",
    sent: "Sent",
    none: "No cue sent yet.",
    withdraw: "Withdraw",
    withdrawn: "withdrawn",
    markRead: (name: string) => `Mark as read for ${name}`,
    marks: { sent: "sent", delivered: "delivered", shown: "shown", read: "read" },
    earlier: (n: number) => `Earlier cues (${n})`,
    said: { sent: "Cue sent.", withdrawn: "Cue withdrawn.", read: "Marked as read." },
  },
);
