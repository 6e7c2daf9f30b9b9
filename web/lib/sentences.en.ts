import type { Translation } from "./i18n";
import type { german } from "./sentences";

export const english: Translation<typeof german> = {
  states: {
    submitted: "Received",
    held: "Shortlisted",
    approved: "Approved",
    declined: "Declined",
    merged: "Merged",
    queued: "Queued",
    on_air: "On stage",
    answered: "Answered",
    deferred: "Deferred",
    withdrawn: "Withdrawn",
  },
  reasons: {
    off_topic: "off topic",
    already_asked: "already asked",
    already_answered: "already answered",
    personal_data: "contains personal data",
    not_civil: "not phrased respectfully",
    not_a_question: "not a question",
    no_time: "not enough time",
    other: "another reason",
  },
  connection: {
    connecting: "Connecting …",
    live: "Connected",
    stale: "Connection interrupted, trying again …",
    offline: "No internet. This goes on by itself once you are online again.",
  },
};
