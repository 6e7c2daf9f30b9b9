"""The links of a programme, the same from start to start."""

import json
import stat

import pytest

from moderation.policy import Role
from podium.ids import RandomIds
from podium.links import LinkFile, new_link, path_of, room_of
from podium.programme import read_programme
from podium.serving import PROGRAMME
from podium.tokens import Tokens
from tests.clock import SettableClock

ADDRESS = "http://127.0.0.1:8080"
DAY = 86_400_000


@pytest.fixture
def clock():
    return SettableClock()


@pytest.fixture
def tokens(clock):
    return Tokens(bytes(32), clock)


@pytest.fixture
def write(tmp_path, tokens, clock):
    """Start the demo: write the links."""

    def write(address=ADDRESS, revoked=lambda link: False):
        file = LinkFile(tmp_path / "links.json", tokens, clock, RandomIds())
        return file.write(address, read_programme(PROGRAMME), revoked)

    return write


def test_every_role_of_every_room_has_its_link(write, tokens, tmp_path):
    links = write()
    assert json.loads((tmp_path / "links.json").read_text(encoding="utf-8")) == links
    assert set(links) == {"attend", "moderate", "host", "studio", "prompt", "whip", "whep", "rooms"}
    assert set(links["rooms"]) == {"digitales-podium", "urban-data-labs"}
    assert links["attend"] == f"{ADDRESS}/r/digitales-podium"
    assert links["whip"]["url"] == f"{ADDRESS}/whip/digitales-podium/programme"
    assert links["whep"]["url"] == f"{ADDRESS}/whep/digitales-podium/programme"
    path, _, token = links["prompt"]["prof-dr-ziemer"].partition("#")
    assert path == f"{ADDRESS}/prompt/digitales-podium/prof-dr-ziemer"
    link = tokens.read_link(token)
    assert (link.room, link.role, link.panellist) == ("digitales-podium", Role.SPEAKER, "prof-dr-ziemer")
    assert tokens.read_link(links["moderate"].partition("#")[2]).role is Role.MODERATOR
    assert tokens.read_link(links["whip"]["token"]).role is Role.STUDIO
    assert tokens.read_link(links["rooms"]["urban-data-labs"]["studio"].partition("#")[2]).room == "urban-data-labs"


def test_only_the_owner_reads_the_file(write, tmp_path):
    write()
    assert stat.S_IMODE((tmp_path / "links.json").stat().st_mode) == 0o600


def test_who_watches_by_the_whep_token_may_not_publish(write, tokens):
    assert tokens.read_link(write()["whep"]["token"]).role is Role.SPEAKER


def test_links_stay_the_same_from_start_to_start(write):
    assert write() == write()


def test_another_address_keeps_the_tokens(write):
    before, after = write(), write("https://podium.example")
    assert after["moderate"] == before["moderate"].replace(ADDRESS, "https://podium.example")


def test_a_link_that_expires_soon_or_is_revoked_is_replaced(write, clock):
    before = write()
    revoked = write(revoked=lambda link: link.role is Role.MODERATOR)
    assert revoked["moderate"] != before["moderate"]
    assert revoked["studio"] == before["studio"]
    clock.advance(340 * DAY)
    assert write()["studio"] != before["studio"]


@pytest.mark.parametrize("damage", ["", "[", "5", '{"moderate": "http://x/#garbage"}'])
def test_a_damaged_file_is_written_anew(write, tmp_path, damage):
    (tmp_path / "links.json").write_text(damage, encoding="utf-8")
    assert write()["attend"] == f"{ADDRESS}/r/digitales-podium"


def test_the_id_of_a_link_names_its_room(clock):
    link = new_link("digitales-podium", Role.STUDIO, None, 7, clock, RandomIds())
    assert room_of(link.id) == "digitales-podium"
    assert link.expires == clock.now() // 1000 + 7 * 86_400


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.ATTENDEE, "/r/main"),
        (Role.MODERATOR, "/moderate/main"),
        (Role.SPEAKER, "/prompt/main/ulm"),
        (Role.STUDIO, "/studio/main"),
        (Role.HOST, "/host/main"),
    ],
)
def test_each_role_has_its_page(role, path):
    assert path_of("main", role, "ulm") == path
    assert path_of("main", Role.SPEAKER, "panel") == "/prompt/main"
