import { messages } from "../lib/i18n";

/** The words that components say by themselves. */
export const words = messages(
  {
    optional: "(freiwillig)",
    left: (n: number) => (n === 1 ? "noch 1 Zeichen" : `noch ${n} Zeichen`),
    tooLong: (n: number) => (n === 1 ? "1 Zeichen zu lang" : `${n} Zeichen zu lang`),
    close: "Schließen",
    language: "Sprache",
    appearance: "Darstellung",
    themes: { system: "Wie das Gerät", light: "Hell", dark: "Dunkel" },
    connection: { connecting: "verbindet …", live: "verbunden", lost: "nicht verbunden" },
    skip: "Zum Inhalt",
  },
  {
    optional: "(optional)",
    left: (n: number) => (n === 1 ? "1 character left" : `${n} characters left`),
    tooLong: (n: number) => (n === 1 ? "1 character too long" : `${n} characters too long`),
    close: "Close",
    language: "Language",
    appearance: "Appearance",
    themes: { system: "Same as device", light: "Light", dark: "Dark" },
    connection: { connecting: "connecting …", live: "connected", lost: "not connected" },
    skip: "Skip to content",
  },
);
