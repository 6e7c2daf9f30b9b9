import { expect, test } from "vitest";
import type { StaffQuestionView, State } from "../lib/wire.gen";
import { targets } from "./targets";

const question = (number: number, text: string, state: State = "approved") =>
  ({ number, text, state }) as StaffQuestionView;

const QUESTIONS = [
  question(1, "Was kostet das smarte Licht?"),
  question(2, "Wann kommt die Bürgerkarte?", "submitted"),
  question(3, "Gibt es die Bürgerkarte bald?"),
  question(4, "Die Bürgerkarte, bitte", "merged"),
  question(5, "Wo parken?", "declined"),
];
const found = (search: string) => targets(QUESTIONS, 2, search).map(({ number }) => number);

test("the likeliest stands first, itself and closed ones are not offered", () => {
  expect(found("")).toEqual([3, 1]);
});

test("the search knows words and numbers", () => {
  expect(found("licht smarte")).toEqual([1]);
  expect(found("#3")).toEqual([3]);
  expect(found("Hallenbad")).toEqual([]);
});
