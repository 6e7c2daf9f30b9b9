"""The test card: whatever it says fits on it, and what moves stands where its moment wants it."""

import pytest
from PIL import Image

from podium.publish.card import HEIGHT, LEFT, RIGHT, WIDTH, Card, Language, MovingCard, Panellist, draw_ground
from podium.publish.timecode import MODULUS, TOP, read

SECOND = 1_764_000_000_000
PANEL = (
    Panellist("State Secretary Anne Katrin Bohle", "BMI"),
    Panellist("Vertretung der Stadt Ulm"),
    Panellist("Vertretung der Stadt Kaiserslautern"),
    Panellist("Prof. Dr. Ziemer", "HafenCity Universität Hamburg"),
)


def shown(card: MovingCard, milliseconds: int) -> Image.Image:
    card.show(milliseconds)
    return card.picture.frame.to_image()


@pytest.mark.parametrize(("language", "count"), [("en", 0), ("de", 1), ("en", 2), ("de", 4), ("de", 6), ("en", 30)])
def test_any_panel_stays_within_the_margins(language: Language, count: int) -> None:
    panel = (Panellist("Prof. Dr. Karl-Theodor Müller-Lüdenscheidt", "Bundesministerium für alles " * 3),) * count
    image = draw_ground(Card("Donaudampfschifffahrtsgesellschaft " * 6, panel, language))
    ground = image.getpixel((0, 0))
    for box in ((0, 0, LEFT - 8, HEIGHT), (RIGHT + 8, 0, WIDTH, HEIGHT), (0, 0, WIDTH, 40)):
        assert {colour for _, colour in image.crop(box).getcolors() or []} == {ground}


def test_the_strip_says_the_moment_shown() -> None:
    card = MovingCard(Card("Smart City Dialog", PANEL))
    for milliseconds in (SECOND, SECOND + 40, SECOND + 59_987):
        picture = shown(card, milliseconds).convert("L").load()
        assert picture is not None
        assert read(lambda x, y, picture=picture: picture[x, y]) == milliseconds % MODULUS  # type: ignore[misc]


def test_drawing_only_what_changed_looks_like_drawing_everything() -> None:
    card = MovingCard(Card("Smart City Dialog", PANEL))
    for milliseconds in range(SECOND - 400, SECOND + 3_000, 170):
        card.show(milliseconds)
    fresh = MovingCard(Card("Smart City Dialog", PANEL))
    assert shown(card, SECOND + 3_123).tobytes() == shown(fresh, SECOND + 3_123).tobytes()


def test_the_lamp_shines_at_the_start_of_each_second() -> None:
    card = MovingCard(Card("Smart City Dialog"))
    lamp = [shown(card, SECOND + after).convert("L").getpixel((1184, 624)) for after in (0, 80, 160, 900, 1040)]
    assert [bright > 128 for bright in lamp if isinstance(bright, int)] == [True, True, False, False, True]


def test_the_time_strip_lies_below_everything_else() -> None:
    assert TOP + 16 <= HEIGHT
