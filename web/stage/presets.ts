import type { Language } from "../lib/i18n";

/** What hosts say most, in the language of the person on stage, whatever the page speaks. */
export const PRESETS: Readonly<Record<Language, readonly string[]>> = {
  de: [
    "Noch eine Frage",
    "Bitte kürzer",
    "Bitte zum Schluss kommen",
    "Noch zwei Minuten",
    "Gleich sind Sie dran",
    "Bitte lauter",
    "Näher ans Mikrofon",
    "Bitte langsamer",
  ],
  en: [
    "One more question",
    "Shorter, please",
    "Please wrap up",
    "Two minutes left",
    "You are next",
    "Louder, please",
    "Closer to the microphone",
    "Slower, please",
  ],
};
