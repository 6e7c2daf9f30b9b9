"""Who may publish and who may watch."""

import pytest

from moderation.policy import Role
from moderation.room import Room
from podium.edge.access import Denied, Granted
from podium.edge.authority import Authority
from podium.tokens import Link, Tokens
from tests.clock import SettableClock

ROOM = "digitales-podium"
TOKENS = Tokens(bytes(32), SettableClock())


def token(
    role: Role, room: str = ROOM, expires: int = 2_000_000_000, identifier: str = "t1", standby: bool = False
) -> str:
    return TOKENS.sign_link(Link(room, role, None, expires, identifier, standby))


def verdict(bearer: str | None, action: str = "publish", room: str = ROOM, feed: str = "programme"):
    rooms = {ROOM: Room(feeds=("programme",), revoked=frozenset({"revoked"}))}
    return Authority(TOKENS, rooms.get).authorise(bearer, room, feed, action)


def test_the_studio_publishes():
    assert verdict(token(Role.STUDIO)) == Granted()


def test_a_standby_publisher_is_known_as_one():
    assert verdict(token(Role.STUDIO, standby=True)) == Granted(standby=True)


def test_everybody_watches():
    assert verdict(None, "play") == Granted()
    assert verdict(token(Role.SPEAKER), "play") == Granted()


@pytest.mark.parametrize(
    ("bearer", "code"),
    [
        (None, "token_missing"),
        ("garbage", "token_invalid"),
        (token(Role.STUDIO, room="other"), "token_invalid"),
        (token(Role.STUDIO, expires=1), "token_invalid"),
        (token(Role.STUDIO, identifier="revoked"), "token_invalid"),
        (token(Role.MODERATOR), "token_insufficient"),
        (token(Role.SPEAKER), "token_insufficient"),
    ],
)
def test_nobody_else_publishes(bearer, code):
    denied = verdict(bearer)
    assert isinstance(denied, Denied)
    assert denied.code == code


def test_a_bad_token_does_not_watch_either():
    assert verdict("garbage", "play").code == "token_invalid"


@pytest.mark.parametrize(("room", "feed"), [("nowhere", "programme"), (ROOM, "sign-language")])
def test_a_room_or_feed_that_does_not_exist_is_said(room, feed):
    assert verdict(token(Role.STUDIO), room=room, feed=feed).code == "room_unknown"


@pytest.mark.parametrize(
    ("bearer", "code"),
    [
        (None, "token_missing"),
        ("garbage", "token_invalid"),
        (token(Role.MODERATOR, room="other"), "token_invalid"),
        (token(Role.MODERATOR, expires=1), "token_invalid"),
        (token(Role.MODERATOR, identifier="revoked"), "token_invalid"),
        (token(Role.STUDIO), "token_insufficient"),
        (token(Role.SPEAKER), "token_insufficient"),
    ],
)
def test_only_moderators_take_records_home(bearer, code):
    rooms = {ROOM: Room(title="Digitales Podium", revoked=frozenset({"revoked"}))}
    authority = Authority(TOKENS, rooms.get)
    denied = authority.moderated(bearer, ROOM)
    assert isinstance(denied, Denied)
    assert denied.code == code
    assert authority.moderated(token(Role.MODERATOR), ROOM) == rooms[ROOM]
    assert authority.moderated(token(Role.MODERATOR), "nowhere") == Denied("room_unknown", "there is no such room")
