import type { Translation } from "../lib/i18n";
import type { german } from "./words";

export const english: Translation<typeof german> = {
  now: "Your question",
  nowPanel: "Question to all",
  nowFor: (name: string) => `Question to ${name}`,
  next: "Up next",
  nextFor: (name: string) => `Up next for ${name}`,
  more: (n: number) => (n === 1 ? "then 1 more" : `then ${n} more`),
  soon: "A question is coming",
  none: "No question for you yet",
  noneText: "As soon as one comes, it stands here.",
  elsewhere: "Another question is on right now",
  asked: (name: string) => `Being asked now: ${name}`,
  others: "Questions also for",
  anonymous: "no name given",
  briefing: "Note",
  session: "Session",
  own: "Your time",
  over: "Time is up",
  paused: "paused",
  intake: { paused: "Questions are paused right now", closed: "No more questions are taken" },
  notice: {
    starting_soon: "We are about to start",
    break: "Break",
    technical_pause: "Technical pause – back in a moment",
    thank_you: "Thank you for being with us",
    other: "Notice",
  },
  request: {
    take: "I take this one",
    pass_on: "Pass on",
    more_time: "30 more seconds",
    skip: "Skip",
    repeat: "Read it again",
  },
};
