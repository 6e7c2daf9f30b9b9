import type { ComponentChildren } from "preact";
import { chooseLanguage, LANGUAGES, type Language, language } from "../lib/i18n";
import { words } from "./words";

const LANGUAGE_NAMES = { de: "Deutsch", en: "English" } as const;

interface LanguagesProps {
  legend: string;
  chosen: Language;
  choose: (tag: Language) => void;
  label: (tag: Language) => ComponentChildren;
}

/** One of the languages that there are. */
export function Languages({ legend, chosen, choose, label }: LanguagesProps) {
  return (
    <fieldset class="languages">
      <legend class="visually-hidden">{legend}</legend>
      {LANGUAGES.map((tag) => (
        <button
          key={tag}
          type="button"
          class="languages-item"
          aria-pressed={tag === chosen}
          onClick={() => choose(tag)}
        >
          {label(tag)}
        </button>
      ))}
    </fieldset>
  );
}

export function LanguageSwitch() {
  return (
    <Languages
      legend={words().language}
      chosen={language.value}
      choose={chooseLanguage}
      label={(tag) => (
        <span lang={tag}>
          {tag.toUpperCase()}
          <span class="visually-hidden"> {LANGUAGE_NAMES[tag]}</span>
        </span>
      )}
    />
  );
}
