"""The programme file: what it may say, and a sentence for everything else."""

import pytest

from moderation.command import Describe, Panellist, Rule
from podium.programme import ProgrammeRefused, read_programme
from podium.serving import PROGRAMME

GOOD = """
title = "Smart City Dialog"
[rooms.main]
title = "Digitales Podium"
language = "de"
panellists = [{ id = "ulm", name = "Vertretung der Stadt Ulm", role = "Stadt Ulm" }]
"""


def written(tmp_path, text):
    path = tmp_path / "programme.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_room_is_described(tmp_path):
    ulm = Panellist("ulm", "Vertretung der Stadt Ulm", "Stadt Ulm")
    described = Describe("Digitales Podium", "Smart City Dialog", "de", (ulm,), ("programme",))
    assert read_programme(written(tmp_path, GOOD)) == {"main": described}


def test_a_room_may_have_netiquette_words_and_a_start(tmp_path):
    text = (
        'netiquette = [{ de = "Kurz.", reasons = ["not_a_question"] }, { en = "Kind." }]\n'
        'words = ["Idiot*", " Idiot* "]\nstarts = 2026-10-28T15:00:00+01:00'
    )
    room = read_programme(written(tmp_path, GOOD + text))["main"]
    assert room.netiquette == (Rule("Kurz.", None, ("not_a_question",)), Rule(None, "Kind.", ()))
    assert room.words == ("Idiot*",)
    assert room.starts == 1_793_196_000_000


def test_the_demo_has_both_rooms_in_their_order_with_their_panels():
    rooms = read_programme(PROGRAMME)
    assert list(rooms) == ["digitales-podium", "urban-data-labs"]
    assert [p.id for p in rooms["digitales-podium"].panellists] == [
        "anne-katrin-bohle",
        "ulm",
        "kaiserslautern",
        "prof-dr-ziemer",
    ]
    assert rooms["urban-data-labs"].language == "en"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"\xff", "is not UTF-8 text"),
        ("title = ", "is no TOML"),
        ("title = " + "[" * 5_000, "is no TOML"),
        ("", "has no title"),
        ('title = "x"', "has no room"),
        (GOOD.replace("rooms.main", "rooms.Main"), "room “Main”: an identifier has at most 64 lower-case letters"),
        (GOOD.replace("rooms.main", 'rooms."../x"'), "an identifier has at most 64"),
        ('title = "x"\nrooms = { main = 5 }', "room “main” is not a table"),
        (GOOD.replace('language = "de"', ""), "room “main” has no language"),
        (GOOD.replace('"de"', '"Deutsch!"'), "write de or en"),
        (GOOD.replace('"de"', "5"), "language must be text in quotation marks"),
        (GOOD.replace("Digitales", "x" * 200), "title must be plain text of at most 160 characters"),
        (GOOD.replace("Digitales", "\\u202e"), "title must be plain text"),
        (GOOD + "colour = 1", "unknown field “colour”"),
        (GOOD.replace('id = "ulm"', 'id = "panel"'), "and is neither “panel” nor “session”"),
        (GOOD.replace('id = "ulm"', 'id = "Ulm"'), "panellist “Ulm” of room “main”"),
        (GOOD.replace('name = "Vertretung der Stadt Ulm", ', ""), "panellist “ulm” of room “main” has no name"),
        (GOOD.replace("role =", "job ="), "unknown field “job”"),
        (GOOD.replace("panellists = [{", "panellists = {").replace("}]", "}"), "panellists must be a list"),
        (GOOD.replace("panellists = [{", 'panellists = ["x", {'), "a panellist is written like"),
        (GOOD.replace("}]", '}, { id = "ulm", name = "x" }]'), "two panellists have the id “ulm”"),
        (GOOD + 'feeds = ["a/b"]', "the feed “a/b” is no name"),
        (GOOD + "feeds = [5]", "the feed “5” is no name"),
        (GOOD + "netiquette = [5]", "an item of the netiquette is written like"),
        (GOOD + "netiquette = [{ reasons = [] }]", "has no text; write de, en or both"),
        (GOOD + 'netiquette = [{ de = "x", fr = "y" }]', "unknown field “fr”"),
        (GOOD + 'netiquette = [{ de = "x", reasons = ["rude"] }]', "there is no reason “rude”; known are off_topic"),
        (GOOD + "words = [5]", "words are texts in quotation marks"),
        (GOOD + f'words = ["{"x" * 81}"]', "words must be few and short enough"),
        (GOOD + 'starts = "three"', "starts is a time with its zone"),
        (GOOD + "starts = 2026-10-28T15:00:00", "starts is a time with its zone"),
    ],
)
def test_anything_else_is_a_sentence_that_names_the_place(tmp_path, text, sentence):
    path = written(tmp_path, text)
    with pytest.raises(ProgrammeRefused, match=sentence) as refused:
        read_programme(path)
    assert str(path) in str(refused.value)


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(ProgrammeRefused, match=r"none\.toml cannot be read \(No such file or directory\)"):
        read_programme(tmp_path / "none.toml")
