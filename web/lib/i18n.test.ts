import { afterEach, expect, it } from "vitest";
import {
  chooseLanguage,
  formatAgo,
  formatDuration,
  formatNumber,
  formatPast,
  language,
  languageReady,
  messages,
  ofBrowser,
  plural,
} from "./i18n";
import { sentence } from "./refusals";
import { reasonName, refusalSentence } from "./sentences";
import { CODES } from "./wire.gen";

afterEach(() => chooseLanguage("de"));

it("speaks the language that was chosen, and tells the browser", () => {
  const words = messages({ ask: "Frage stellen" }, { ask: "Ask a question" });
  chooseLanguage("en");
  expect(words().ask).toBe("Ask a question");
  expect(document.documentElement.lang).toBe("en");
  chooseLanguage("de");
  expect(words().ask).toBe("Frage stellen");
  expect(language.value).toBe("de");
});

it("takes the first language of the browser that it speaks", () => {
  expect(ofBrowser(["fr-CH", "en-US", "de"])).toBe("en");
  expect(ofBrowser(["fr"])).toBeNull();
});

it("loads English when it is wanted, and speaks German until then", async () => {
  const words = messages({ ask: "Frage stellen" }, () =>
    Promise.resolve({ english: { ask: "Ask a question" } }),
  );
  chooseLanguage("en");
  expect(words().ask).toBe("Frage stellen");
  await languageReady();
  expect(words().ask).toBe("Ask a question");
});

it("stays German when English cannot be loaded", async () => {
  const words = messages({ ask: "Frage stellen" }, () => Promise.reject(new Error("offline")));
  chooseLanguage("en");
  await languageReady();
  expect(words().ask).toBe("Frage stellen");
});

it("says the day of what was on another one", () => {
  chooseLanguage("de");
  const at = new Date(2026, 9, 27, 15, 4, 10).getTime();
  expect(formatPast(at, at + 3_600_000)).toBe("15:04:10");
  expect(formatPast(at, at + 86_400_000)).toBe("27. Okt., 15:04");
});

it("writes numbers and times as the language does", () => {
  chooseLanguage("de");
  expect(formatNumber(12345)).toBe("12.345");
  expect(formatAgo(0, 180_000)).toBe("vor 3 Minuten");
  chooseLanguage("en");
  expect(formatNumber(12345)).toBe("12,345");
  expect(formatDuration(2_530_000)).toBe("42:10");
  expect(formatDuration(3_730_000)).toBe("1:02:10");
  expect(plural(1, { one: "question", other: "questions" })).toBe("question");
});

it("has a sentence for every refusal in both languages", async () => {
  for (const tag of ["de", "en"] as const) {
    chooseLanguage(tag);
    await languageReady();
    for (const code of CODES) expect(sentence(code, null)).toMatch(/^[A-Z].*\.$/u);
  }
});

it("says how long to wait, as soon as the sentences of refusals are here", async () => {
  chooseLanguage("de");
  await expect.poll(() => refusalSentence("too_many_questions", 12_400)).toContain("in 13 Sekunden");
});

it("a reason of a newer server reads as another reason", () => {
  expect(reasonName("brand_new")).toBe(reasonName("other"));
});
