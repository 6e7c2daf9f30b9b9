"""Who somebody is comes from tokens, and from nothing else."""

import pytest

from moderation.policy import Role, Who
from moderation.refusal import Refused
from moderation.room import Room
from podium.admission import Admission, Entry
from podium.ids import RandomIds
from podium.tokens import Link, Tokens
from podium.wire import Hello
from tests.clock import SettableClock

ROOM = "digitales-podium"
LATER = 2_000_000_000
TOKENS = Tokens(bytes(32), SettableClock())


def admission(room: Room | None = None) -> Admission:
    rooms = {ROOM: room or Room(), "other": Room()}
    return Admission(TOKENS, RandomIds(), rooms.get)


def link(role: Role = Role.MODERATOR, panellist: str | None = None, room: str = ROOM, expires: int = LATER) -> str:
    return TOKENS.sign_link(Link(room, role, panellist, expires, f"{room}.1"))


def test_without_a_token_one_attends_and_has_no_identity():
    assert admission().enter(Hello(ROOM)) == Entry(ROOM, Who(Role.ATTENDEE, ""), None)


def test_a_device_is_known_again():
    token, who = admission().enrol()
    assert who.actor.startswith("device:")
    assert admission().enter(Hello(ROOM, device=token)) == Entry(ROOM, who, None)


def test_two_devices_are_two():
    assert admission().enrol()[1] != admission().enrol()[1]


@pytest.mark.parametrize(("role", "panellist"), [(Role.MODERATOR, None), (Role.SPEAKER, "ziemer"), (Role.STUDIO, None)])
def test_a_link_gives_its_role(role, panellist):
    entry = admission().enter(Hello(ROOM, token=link(role, panellist)))
    assert entry == Entry(ROOM, Who(role, f"link:{ROOM}.1", panellist), f"{ROOM}.1", LATER)


def test_with_a_link_a_stale_device_does_not_matter():
    assert admission().enter(Hello(ROOM, token=link(), device="stale")).who.role is Role.MODERATOR


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        (Hello("nowhere"), "unknown_room"),
        (Hello(ROOM, token="garbage"), "token_invalid"),
        (Hello(ROOM, token=link(room="other")), "token_invalid"),
        (Hello(ROOM, token=link(Role.ATTENDEE)), "token_invalid"),
        (Hello(ROOM, token=link(Role.SYSTEM)), "token_invalid"),
        (Hello(ROOM, token=link(expires=1)), "token_expired"),
        (Hello(ROOM, device="garbage"), "token_invalid"),
        (Hello(ROOM, device=link()), "token_invalid"),
        (Hello(ROOM, token=TOKENS.sign_device("d1")), "token_invalid"),
    ],
)
def test_everything_else_is_refused(hello, code):
    with pytest.raises(Refused, match=code):
        admission().enter(hello)


def test_a_revoked_link_is_refused():
    with pytest.raises(Refused, match="token_revoked"):
        admission(Room(revoked=frozenset({f"{ROOM}.1"}))).enter(Hello(ROOM, token=link()))
