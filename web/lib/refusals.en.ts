import { formatNumber, plural, type Translation } from "./i18n";
import type { german } from "./refusals";

export const english: Translation<typeof german> = {
  refused: {
    not_allowed: "This link does not allow that. Please ask for the right one.",
    device_needed: "Your browser is not signed in yet. Please try once more.",
    unknown_question: "This question is gone. Please reload the page if it still stands here.",
    unknown_panellist: "This person is no longer on the panel. Please choose again.",
    unknown_reason: "Please choose a reason from the list.",
    not_in_this_state:
      "That is not possible any more: the question has moved on meanwhile. Please look where it stands now.",
    neighbour_gone: "The order has changed in the meantime. Please place the question again.",
    stage_changed: "Another question is on stage by now. Please look again.",
    changed_since:
      "Too late: somebody has gone on with the question meanwhile. Please look how it stands now.",
    text_empty: "Please write your question.",
    text_too_long: "The text is too long. Please shorten it.",
    text_not_plain: "The text contains invisible control characters. Please write it without them.",
    too_many_questions: "You have just asked several questions. Please wait a moment.",
    too_many_in_room: "Very many questions are coming in right now. Please wait a moment.",
    questions_paused: "Questions are paused right now. Please try again later.",
    questions_closed: "No more questions are taken. You can go on reading and voting.",
    device_blocked:
      "No questions and votes are taken from this device in this room. Please turn to the organisers.",
    unknown_device: "This device has not asked a question in this room. Please reload the page.",
    nothing_to_redact: "This text does not stand in the question. Please mark the passage again.",
    unknown_cue: "This cue is no longer there.",
    unknown_request: "This request is no longer there.",
    out_of_range: "That is out of range. Please check what you entered.",
    malformed: "This page and the server do not understand each other. Please reload the page.",
    too_large: "This is too long. Please shorten the text.",
    too_fast: "That was too fast. Please wait a moment.",
    hello_first: "This page and the server do not understand each other. Please reload the page.",
    unknown_room: "This room does not exist. Please check the link.",
    token_invalid: "This link is not valid. Please ask for a new one.",
    token_expired: "This link has expired. Please ask for a new one.",
    token_revoked: "This link has been withdrawn. Please ask for a new one.",
    busy: "It is very busy right now. This will go on by itself in a moment.",
    shutting_down: "The server is restarting. This will go on by itself in a moment.",
    storage_full: "The server cannot save anything right now. This will go on once there is space again.",
    storage_busy: "The server is busy. This will go on by itself in a moment.",
    storage_unavailable: "The server cannot save anything right now. This will go on once it can again.",
  },
  again: (seconds: number) =>
    `Possible again in ${formatNumber(seconds)} ${plural(seconds, { one: "second", other: "seconds" })}.`,
};
