import { chooseLanguage, LANGUAGES, language } from "../lib/i18n";
import { words } from "./words";

const LANGUAGE_NAMES = { de: "Deutsch", en: "English" } as const;

export function LanguageSwitch() {
  return (
    <fieldset class="languages">
      <legend class="visually-hidden">{words().language}</legend>
      {LANGUAGES.map((tag) => (
        <button
          key={tag}
          type="button"
          class="languages-item"
          lang={tag}
          aria-pressed={language.value === tag}
          onClick={() => chooseLanguage(tag)}
        >
          {tag.toUpperCase()}
          <span class="visually-hidden"> {LANGUAGE_NAMES[tag]}</span>
        </button>
      ))}
    </fieldset>
  );
}
