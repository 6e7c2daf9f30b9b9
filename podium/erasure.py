"""Which lines of a journal say what has to be forgotten, and what they say afterwards."""

import json
from collections.abc import Iterable

from moderation.redaction import SAID
from podium import chain
from podium.ports import Entry

_SAID = {kind.__name__: names for kind, names in SAID.items()}


def blanked(lines: Iterable[Entry], question: int) -> tuple[Entry, ...]:
    """The lines in which something was said with this question, without it; their hashes still hold."""
    return tuple(
        chain.blanked(line, _SAID[line.kind])
        for line in lines
        if line.kind in _SAID and json.loads(line.body)["question"] == question
    )
