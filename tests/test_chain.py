"""The hash chain: what was changed is found, what had to be forgotten is not missed."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium import chain, journal
from podium.ports import Entry
from tests.export.rooms import history

ROOM = "digitales-podium"


def salt(number: int) -> bytes:
    return number.to_bytes(chain.SALT_BYTES, "big")


def sealed() -> tuple[Entry, ...]:
    lines = [journal.entry(happened) for happened in history()[1]]
    return chain.chained(chain.start(ROOM), lines, map(salt, range(len(lines))))


LINES = sealed()
ASKED = next(place for place, line in enumerate(LINES) if line.kind == "QuestionAsked")
DECLINED = next(place for place, line in enumerate(LINES) if line.kind == "QuestionDeclined")


def test_a_journal_as_it_was_written_holds() -> None:
    found = chain.examined(ROOM, LINES, wanted=LINES[4].hash)
    assert (found.lines, found.broken, found.found, found.head) == (len(LINES), None, 5, LINES[-1].hash)
    assert found.blanked == {}


def test_the_rules_of_the_chain_are_frozen() -> None:
    line = chain.sealed(chain.start(ROOM), Entry(1, 2, "link:m", "c1", "QuestionApproved", '{"question": 1}'), salt(0))
    assert line.seal == "00" * 16
    assert line.hash == "d4a42fcd6c1afa90c3cf114450c988eef2a3036cd49bd80f0e95589b837ab14c"


@given(st.data())
def test_any_change_of_any_field_is_found_at_its_line(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(LINES) - 1))
    name = data.draw(st.sampled_from(["seq", "at", "actor", "command", "kind", "body", "seal", "hash"]))
    line = LINES[place]
    value = getattr(line, name)
    other = value + data.draw(st.integers(1, 9)) if isinstance(value, int) else value + data.draw(st.text(min_size=1))
    changed = [*LINES[:place], replace(line, **{name: other}), *LINES[place + 1 :]]
    found = chain.examined(ROOM, changed)
    if name == "body" and not other[len(value) :].strip(" \t\r\n"):
        assert found.broken is None, "white space around an object says nothing"
    else:
        assert found.broken == place + 1


def test_a_changed_text_reason_or_vote_is_found() -> None:
    for place, line in enumerate(LINES):
        body = json.loads(line.body)
        for name in body:
            forged = replace(line, body=json.dumps(body | {name: "something else"}))
            assert chain.examined(ROOM, [*LINES[:place], forged]).broken == place + 1


@given(st.integers(0, len(LINES) - 2))
def test_a_removed_a_doubled_and_a_swapped_line_are_found(place: int) -> None:
    assert chain.examined(ROOM, [*LINES[:place], *LINES[place + 1 :]]).broken == place + 1
    assert chain.examined(ROOM, [*LINES[: place + 1], *LINES[place:]]).broken == place + 2
    swapped = [*LINES[:place], LINES[place + 1], LINES[place], *LINES[place + 2 :]]
    assert chain.examined(ROOM, swapped).broken == place + 1


def test_numbering_anew_does_not_hide_a_removed_line() -> None:
    renumbered = [replace(line, seq=seq) for seq, line in enumerate([*LINES[:3], *LINES[4:]], 1)]
    assert chain.examined(ROOM, renumbered).broken == 4


def test_a_noted_head_finds_what_was_cut_off_and_what_was_written_anew() -> None:
    noted = LINES[-1].hash
    assert chain.examined(ROOM, LINES[:-1]).broken is None
    assert chain.examined(ROOM, LINES[:-1], wanted=noted).found is None
    forged = chain.chained(chain.start(ROOM), [replace(LINES[0], at=0), *LINES[1:]], map(salt, range(len(LINES))))
    assert chain.examined(ROOM, forged).broken is None, "who can write the file can write a whole new chain"
    assert chain.examined(ROOM, forged, wanted=noted).found is None, "and the noted head tells"


def test_the_journal_of_another_room_is_not_this_one() -> None:
    assert chain.examined("insights", LINES).broken == 1


def test_an_empty_journal_holds() -> None:
    assert chain.examined(ROOM, ()) == chain.Finding(0, None, {}, "", None)


@pytest.mark.parametrize(
    ("place", "names"),
    [
        (ASKED, ["text", "name", "affiliation", chain.ACTOR, chain.COMMAND]),
        (ASKED, ["text"]),
        (ASKED, []),
        (DECLINED, ["note", "unknown"]),
    ],
)
def test_what_is_forgotten_is_gone_and_the_chain_holds(place: int, names: Sequence[str]) -> None:
    line = chain.blanked(LINES[place], names)
    told = repr(line)
    for secret in ("Wem gehören", "Jörg", "VERTRAULICHES"):
        concerned = secret in repr(LINES[place]) and any(secret in str(_said(LINES[place], name)) for name in names)
        assert not (concerned and secret in told)
    found = chain.examined(ROOM, [*LINES[:place], line, *LINES[place + 1 :]])
    assert (found.broken, found.head) == (None, LINES[-1].hash)
    assert found.blanked == {name: 1 for name in names if name != "unknown"}
    assert journal.happened(line).seq == place + 1, "the journal still folds"


def _said(line: Entry, name: str) -> object:
    return json.loads(line.body).get(name)


def test_a_blanked_line_is_as_guarded_as_any_other() -> None:
    line = chain.blanked(LINES[ASKED], ["text"])
    body = json.loads(line.body)
    forgeries: list[Callable[[], Entry]] = [
        lambda: replace(line, body=json.dumps(body | {"text": "put into my mouth"})),
        lambda: replace(line, body=json.dumps(body | {"name": "somebody else"})),
        lambda: replace(line, body=json.dumps(body | {"more": 1})),
        lambda: replace(line, actor="device:z"),
        lambda: replace(line, seal=line.seal.replace('"digest":"', '"digest":"0')),
        lambda: replace(line, seal="{"),
        lambda: replace(line, seal='{"text":null}'),
    ]
    for forged in forgeries:
        assert chain.examined(ROOM, [*LINES[:ASKED], forged()]).broken == ASKED + 1
    for unreadable in forgeries[-2:]:
        with pytest.raises(ValueError):
            chain.blanked(unreadable(), ["name"])


def test_forgetting_more_later_keeps_what_was_forgotten_before() -> None:
    line = chain.blanked(chain.blanked(LINES[ASKED], ["text"]), ["name", "text"])
    assert chain.examined(ROOM, [*LINES[:ASKED], line]).blanked == {"text": 1, "name": 1}


def test_a_guess_of_what_was_forgotten_cannot_be_checked() -> None:
    line = chain.blanked(LINES[ASKED], ["name"])
    seal = json.loads(line.seal)
    assert seal["name"].keys() == {"digest"}
    assert LINES[ASKED].seal not in line.seal, "the salt that all keys come from is gone"
    keys = {part["key"] for part in seal.values() if "key" in part}
    assert len(keys) == len(seal) - 1, "no key opens two fields"


def test_every_line_of_a_chain_depends_on_the_one_before() -> None:
    again = chain.chained("another beginning", LINES, map(salt, range(len(LINES))))
    assert all(one.hash != other.hash for one, other in zip(LINES, again, strict=True))
    assert all(one.hash != other.hash for one, other in pairwise(LINES))
