import { afterEach, expect, test } from "vitest";
import { chooseLanguage } from "../i18n";
import { advise } from "./advice";
import type { FeedWarning, WarningCode } from "./reports";

afterEach(() => chooseLanguage("de"));

test.each<[FeedWarning, string, string]>([
  [
    { code: "silent", value: 14.2 },
    "Seit 14 Sekunden ist nichts zu hören",
    "Nothing to be heard for 14 seconds",
  ],
  [
    { code: "loss", value: 0.052 },
    "5 % der Sendung gehen unterwegs verloren",
    "5 % of the broadcast gets lost on the way",
  ],
  [{ code: "b_frames", value: null }, "Der Encoder sendet B-Frames", "The encoder sends B-frames"],
  [
    { code: "profile_mismatch", value: "High" },
    "Der Encoder sendet H.264 High und kündigt etwas anderes an",
    "The encoder sends H.264 High and announces something else",
  ],
])("says what people notice: %j", (warning, german, english) => {
  chooseLanguage("de");
  expect(advise(warning).title).toBe(german);
  chooseLanguage("en");
  expect(advise(warning).title).toBe(english);
});

test("every warning says what helps", () => {
  const codes: WarningCode[] = [
    "no_picture",
    "no_sound",
    "silent",
    "loss",
    "low_frame_rate",
    "b_frames",
    "profile_mismatch",
    "no_key_frame",
  ];
  for (const code of codes) expect(advise({ code, value: 3 }).help.length).toBeGreaterThan(20);
});
