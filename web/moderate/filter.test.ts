import { describe, expect, it } from "vitest";
import type { StaffQuestionView } from "../lib/wire.gen";
import { type Around, chosen, EVERYTHING, type Filter, isActive, kept, NONE_GIVEN } from "./filter";

const around: Around = { votes: (number) => number, isMine: (number) => number === 2 };

function question(number: number, more: Partial<StaffQuestionView> = {}): StaffQuestionView {
  return {
    number,
    text: `Frage ${number}`,
    language: "de",
    name: null,
    affiliation: null,
    addressee: null,
    queue: null,
    state: "submitted",
    original: null,
    answer: null,
    note: null,
    owner: null,
    ...more,
  } as StaffQuestionView;
}

const found = (questions: readonly StaffQuestionView[], filter: Partial<Filter>) => {
  const numbers = kept(questions, { ...EVERYTHING, ...filter }, around);
  return numbers === null ? null : [...numbers];
};

describe("kept", () => {
  it("keeps everything when nothing is asked for", () => {
    expect(found([question(1)], {})).toBeNull();
    expect(found([question(1)], { search: "  " })).toBeNull();
  });

  it("finds all words of a search wherever they stand, without case and accents", () => {
    const questions = [
      question(1, { text: "Wo parken Fahrräder?", affiliation: "Stadt München" }),
      question(2, { text: "Wo parken Autos?" }),
      question(3, { text: "Neu gefasst", original: "Straße nach Munchen" }),
    ];
    expect(found(questions, { search: "MUNCHEN park" })).toEqual([1]);
    expect(found(questions, { search: "münchen" })).toEqual([1, 3]);
    expect(found(questions, { search: "strasse" })).toEqual([3]);
  });

  it("finds one question by its number", () => {
    expect(found([question(1), question(11), question(111)], { search: "#11" })).toEqual([11]);
  });

  it("finds what is for somebody: by queue where there is one, else by the asker's wish", () => {
    const questions = [
      question(1, { addressee: "ulm" }),
      question(2, { addressee: "ulm", queue: "panel" }),
      question(3, { queue: "ulm" }),
    ];
    expect(found(questions, { panellist: "ulm" })).toEqual([1, 3]);
  });

  it("asks for all that is chosen at once", () => {
    const questions = [
      question(1, { language: "en" }),
      question(2, { language: "en", state: "held", affiliation: "Stadt Ulm" }),
      question(3, { language: "en", state: "held" }),
    ];
    expect(found(questions, { language: "en", state: "held" })).toEqual([2, 3]);
    expect(found(questions, { language: "en", affiliation: NONE_GIVEN })).toEqual([1, 3]);
    expect(found(questions, { affiliation: "Stadt Ulm" })).toEqual([2]);
    expect(found(questions, { votes: 2 })).toEqual([2, 3]);
    expect(found(questions, { mine: true, votes: 1 })).toEqual([2]);
  });
});

it("counts what is chosen beside the search", () => {
  expect(chosen({ ...EVERYTHING, search: "x" })).toBe(0);
  expect(isActive({ ...EVERYTHING, search: "x" })).toBe(true);
  expect(chosen({ ...EVERYTHING, mine: true, votes: 3 })).toBe(2);
});
