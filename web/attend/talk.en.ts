import { formatNumber, plural, type Translation } from "../lib/i18n";
import type { german } from "./talk";

export const english: Translation<typeof german> = {
  mine: {
    title: "My questions",
    sending: "Sending …",
    waiting: "Waiting for the connection, then it leaves by itself.",
    refused: "Not accepted",
    edit: "Edit",
    discard: "Discard",
    history: "History",
    original: (text: string) => `Edited by a moderator. Your wording: ${text}`,
    withdraw: "Withdraw",
    withdrawTitle: "Withdraw this question?",
    withdrawText: "The question disappears for everybody. This cannot be undone.",
    keep: "Keep it",
    withdrawn: (number: number) => `Your question no. ${number} is withdrawn.`,
    news: (number: number, step: string) => `Your question no. ${number}: ${step}.`,
    steps: {
      submitted: "Received, under review",
      held: "Read and shortlisted",
      merged: (number: number) => `Merged with question ${number}, you learn here how it goes on`,
      mergedBefore: "Merged",
      approved: "Approved and visible to everybody",
      queued: (name: string) => `Queued for ${name}`,
      queuedBefore: "Queued",
      on_air: "On stage",
      answered: "Answered live",
      replied: "Answered in writing",
      deferred: "Will be answered later",
      declined: (reason: string) => `Not taken up: ${reason}`,
      declinedPlain: "Not taken up",
      withdrawn: "Withdrawn by you",
    },
  },
  questions: {
    title: "Questions from the audience",
    none: "No questions have been approved yet",
    noneText: "Ask the first one: once a moderator has read it, it stands here.",
    noneSeen: "Ask the first one: it stands here at once.",
    order: "Order",
    byVotes: "Most votes",
    byTime: "Newest",
    hold: "Pause the list",
    resume: "Let the list run again",
    fresh: (count: number) =>
      `Show ${formatNumber(count)} new ${plural(count, { one: "question", other: "questions" })}`,
    news: (count: number) =>
      `${formatNumber(count)} new ${plural(count, { one: "question", other: "questions" })} from the audience.`,
    vote: (number: number) => `Support question ${number}`,
    votes: (count: number) => `${formatNumber(count)} ${plural(count, { one: "vote", other: "votes" })}`,
    answered: (count: number) => `Answered (${formatNumber(count)})`,
    gone: "This question is no longer public.",
    states: { queued: "Coming up", on_air: "On stage", answered: "Answered" },
  },
  seeNetiquette: "More about it: how we ask here",
  similar: {
    title: (count: number) =>
      plural(count, {
        one: "Is this your question? Vote for it, then it weighs more.",
        other: "Is one of these your question? Vote for it, then it weighs more.",
      }),
    news: (count: number) =>
      `${formatNumber(count)} ${plural(count, { one: "similar question", other: "similar questions" })} below the text field.`,
    thanks: "Thank you, your vote counts. You can still send your question.",
    clear: "Delete my text",
    cleared: "Your text is deleted.",
  },
  redacted: "A moderator redacted personal data.",
  count: {
    title: "What became of the questions",
    asked: (count: number) => `${formatNumber(count)} asked`,
    shown: (count: number, answered: number) =>
      `${formatNumber(count)} shown${answered > 0 ? ` (${formatNumber(answered)} of them answered)` : ""}`,
    reasons: "Reasons for declining",
  },
};
