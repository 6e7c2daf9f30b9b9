"""Links for one person, made and ended while the server runs or not."""

import shutil
from dataclasses import replace

import pytest

from moderation.policy import Role
from podium import invite
from podium.clock import SystemClock
from podium.foundation import opened
from podium.hub import Hub
from podium.serving import PROGRAMME
from podium.settings import Settings
from podium.tokens import Tokens, secret_in

ROOM = "digitales-podium"


@pytest.fixture
def settings(tmp_path):
    shutil.copy(PROGRAMME, tmp_path / "programme.toml")
    return Settings(data=tmp_path, port=9000)


def invited(settings, role=Role.MODERATOR, panellist=None, room=ROOM, days=7):
    """Exit status, what was said, what was remarked."""
    said, remarked = [], []
    wanted = invite.Wanted(room, role, panellist, days)
    return invite.invite(settings, wanted, said.append, remarked.append), said, remarked


def test_a_link_is_said_alone_and_its_end_remarked(settings):
    status, (link,), (remark,) = invited(settings)
    address, _, token = link.partition("#")
    assert (status, address) == (0, "http://127.0.0.1:9000/moderate/digitales-podium")
    read = Tokens(secret_in(settings.data), SystemClock()).read_link(token)
    assert (read.room, read.role) == (ROOM, Role.MODERATOR)
    assert f"podium invite --revoke {read.id}" in remark


def test_the_secret_of_all_servers_signs_where_it_is_named_and_is_never_made(settings, tmp_path):
    named = replace(settings, secret=tmp_path / "shared")
    status, said, (remark,) = invited(named)
    assert (status, said, "cannot be read" in remark) == (2, [], True)
    (tmp_path / "shared").write_bytes(bytes(range(32)))
    _, (link,), _ = invited(named)
    assert Tokens(bytes(range(32)), SystemClock()).read_link(link.partition("#")[2]).room == ROOM
    assert not (settings.data / "secret").exists()


def test_a_speaker_is_led_to_the_own_prompter(settings):
    _, (link,), _ = invited(settings, Role.SPEAKER, "ulm")
    assert "/prompt/digitales-podium/ulm#" in link


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"room": "nowhere"}, "The programme has no room “nowhere”."),
        (
            {"role": Role.SPEAKER},
            "needs --panellist, one of: anne-katrin-bohle, ulm, kaiserslautern, prof-dr-ziemer, panel.",
        ),
        ({"role": Role.SPEAKER, "panellist": "nobody"}, "needs --panellist"),
        ({"panellist": "ulm"}, "--panellist belongs to --role speaker."),
        ({"days": 0}, "--days is a number from 1 to 3650."),
    ],
)
def test_what_cannot_be_is_a_sentence(settings, wanted, sentence):
    status, said, (remark,) = invited(settings, **wanted)
    assert (status, said) == (2, [])
    assert sentence in remark


def test_without_a_programme_there_is_no_link(tmp_path):
    status, said, (remark,) = invited(Settings(data=tmp_path))
    assert (status, said) == (2, [])
    assert "programme.toml cannot be read" in remark


async def test_a_revoked_link_is_in_the_journal(settings):
    _, (link,), _ = invited(settings)
    identifier = Tokens(secret_in(settings.data), SystemClock()).read_link(link.partition("#")[2]).id
    remarks = []
    assert await invite.revoke(settings, identifier, remarks.append) == 0
    assert remarks == ["revoked."]
    async with opened(settings) as house:
        hub = Hub(ROOM, house.store, house.bus, house.clock)
        await hub.load()
        assert hub.room.revoked == {identifier}


async def test_what_is_no_id_of_a_link_is_a_sentence(settings):
    for wrong in ("nowhere.5sYw0v1nT2uQe7kXb3mJ8A", f"{ROOM}.5sYw0v1nT2uQe7kXb3mJ8", f"{ROOM}.", ""):
        remarks = []
        assert await invite.revoke(settings, wrong, remarks.append) == 2
        assert f"“{wrong}” is the id of no link, and none was revoked" in remarks[0]
