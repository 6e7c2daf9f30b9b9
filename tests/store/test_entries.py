"""What every store refuses before it writes."""

import pytest

from podium.ports import Entry
from podium.store.entries import refuse_malformed


def entry(seq: int, **texts: str) -> Entry:
    return Entry(seq, 0, **({"actor": "system", "command": "", "kind": "asked", "body": "{}"} | texts))


def test_numbers_that_follow_are_fine() -> None:
    refuse_malformed("room", 0, [])
    refuse_malformed("room", 41, [entry(42), entry(43)])


def test_the_sentence_names_room_and_number() -> None:
    with pytest.raises(ValueError, match="entry 44 of 'room' stands where 43 follows"):
        refuse_malformed("room", 41, [entry(42), entry(44)])


@pytest.mark.parametrize("field", ["actor", "command", "kind", "body"])
@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_no_text_holds_what_a_database_cannot(field: str, text: str) -> None:
    with pytest.raises(ValueError):
        refuse_malformed("room", 0, [entry(1, **{field: text})])
