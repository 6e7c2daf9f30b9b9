import { expect, test } from "vitest";
import { troubleOf } from "./capture";

test.each([
  ["NotAllowedError", "denied"],
  ["SecurityError", "denied"],
  ["NotFoundError", "missing"],
  ["OverconstrainedError", "missing"],
  ["NotReadableError", "busy"],
  ["AbortError", "busy"],
])("%s means %s", (name, trouble) => {
  const error = new Error("no");
  error.name = name;
  expect(troubleOf(error)).toBe(trouble);
});
