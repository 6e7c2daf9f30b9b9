"""Personal data in a question, blanked for good: what is left, and where the journal still says it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from moderation import command, event, policy, stage_event
from moderation.question import Question
from moderation.refusal import Code, Refused
from moderation.room import Room
from moderation.screening import screened

GONE = "[…]"
"""Stands where something was blanked."""

LEFT = tuple(field.name for field in fields(event.QuestionRedacted) if field.name != "question")
"""The fields of a question that the event replaces."""
_TEXTS = tuple(name for name in LEFT if name != "flags")

SAID: Mapping[type[event.Event], tuple[str, ...]] = MappingProxyType(
    {
        event.QuestionAsked: ("text", "name", "affiliation"),
        event.QuestionEdited: ("text",),
        event.QuestionDeclined: ("note",),
        event.QuestionReplied: ("text",),
        event.QuestionDeferred: ("owner", "due"),
        event.QuestionRedacted: _TEXTS,
        stage_event.QuestionBriefed: ("note",),
    }
)
"""By event: its fields that hold what people wrote."""


def redact(room: Room, wanted: command.Redact, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    """What is left of the question. Refused(nothing_to_redact) when all of it would be as before."""
    question = room.question(wanted.question)
    texts: dict[str, Any] = {name: _without(getattr(question, name), wanted.passages) for name in _TEXTS}
    left = replace(question, **texts)
    if wanted.whole:
        left = replace(left, text=GONE, original=None)
    if wanted.name:
        left = replace(left, name=None, affiliation=None)
    if left == question:
        raise Refused(Code.NOTHING_TO_REDACT)
    found = screened((left.text, left.name, left.affiliation), (*room.words, *room.watched), ())
    left = replace(left, flags=tuple(flag for flag in question.flags if flag in found))
    return (event.QuestionRedacted(question.number, **{name: getattr(left, name) for name in LEFT}),)


def redacted(question: Question, what: event.QuestionRedacted) -> Question:
    """The question with what is left of its texts."""
    return replace(question, redacted=True, **{name: getattr(what, name) for name in LEFT})


def _without(text: str | None, passages: tuple[str, ...]) -> str | None:
    for passage in sorted(passages, key=len, reverse=True):
        plain = unicodedata.normalize("NFC", passage).strip()
        if text is not None and plain:
            text = text.replace(plain, GONE)
    return text
