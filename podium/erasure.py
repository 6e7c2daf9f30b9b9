"""Which lines of a journal say what has to be forgotten, and what they say afterwards. Their hashes still hold."""

import json
from collections.abc import Iterable, Sequence

from moderation.event import Event, IdentitiesPurged, QuestionRedacted
from moderation.purging import KNOWN
from moderation.redaction import SAID
from podium import chain
from podium.ports import Entry

_SAID = {kind.__name__: names for kind, names in SAID.items()}
_KNOWN = {kind.__name__: names for kind, names in KNOWN.items()}
DEVICE = "device:"
"""How the actor of a line begins that somebody in the audience caused."""


def forgetting(events: Iterable[Event]) -> tuple[Event, ...]:
    """Those among events that come with forgetting what lines before them say."""
    return tuple(event for event in events if isinstance(event, QuestionRedacted | IdentitiesPurged))


def blanked(lines: Sequence[Entry], event: Event) -> tuple[Entry, ...]:
    """The lines that say what this event forgets, without it."""
    match event:
        case QuestionRedacted(question=question):
            return redacted(lines, question)
        case IdentitiesPurged():
            return purged(lines)
        case _:
            return ()


def purged(lines: Iterable[Entry]) -> tuple[Entry, ...]:
    """The lines that say who somebody in the audience was, without it."""
    found = []
    for line in lines:
        names = _KNOWN.get(line.kind, ())
        if line.actor.startswith(DEVICE):
            names = (*names, chain.ACTOR, chain.COMMAND)
        if names:
            found.append(chain.blanked(line, names))
    return tuple(found)


def redacted(lines: Iterable[Entry], question: int) -> tuple[Entry, ...]:
    """The lines in which something was said with this question, without it."""
    return tuple(
        chain.blanked(line, _SAID[line.kind])
        for line in lines
        if line.kind in _SAID and json.loads(line.body)["question"] == question
    )
