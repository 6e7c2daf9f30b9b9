"""How the test card looks: its still ground and the few things on it that move (all in 1280 x 720 pixels)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from PIL import Image, ImageDraw

from podium.publish import timecode
from podium.publish.picture import Picture, Tile
from podium.publish.typography import REGULAR, SEMIBOLD, fit, font

WIDTH, HEIGHT = 1280, 720
LEFT, RIGHT = 64, 1216

GROUND = "#0b1f3a"
SURFACE = "#14305a"
INK = "#ffffff"
QUIET = "#a9bdd8"
ACCENTS = ("#5cc8ff", "#ffc95c", "#7fe0b0", "#ff9f8a", "#c3a6ff", "#f2e07a")

CARDS_BOTTOM = 540
CARD_GAP = 24
MOST_CARDS = 9

LABELS_TOP = 566
CLOCK_TOP, CLOCK_HEIGHT, CLOCK_SIZE = 592, 64, 64
DIGIT_WIDTH, MARK_WIDTH = 40, 20
MIDDLE = CLOCK_TOP + CLOCK_HEIGHT // 2
TRACK_LEFT, TRACK_RIGHT = 720, 1112
DOT = 32
LAMP_CENTRE, LAMP = 1184, 64

FLASH_MILLISECONDS = 120
"""How long the lamp shines from each full second (UTC) on; the tone sounds with it."""
SWING_MILLISECONDS = 2000
"""The dot is at one end of its track at each full second, and back at the same end after this time."""

DARK_LUMA, BRIGHT_LUMA = bytes([24]), bytes([210])

Language = Literal["de", "en"]
WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "card": "Testbild",
        "clock": "Uhrzeit (UTC)",
        "tone": "Licht und Ton zu jeder vollen Sekunde",
        "more": "und {count} weitere",
        "rate": "{width} × {height} · {rate} Bilder pro Sekunde",
    },
    "en": {
        "card": "Test card",
        "clock": "Time (UTC)",
        "tone": "Light and tone on every full second",
        "more": "and {count} more",
        "rate": "{width} × {height} · {rate} pictures per second",
    },
}


@dataclass(frozen=True)
class Panellist:
    """A name card: the name, and what the person is or represents (may be empty)."""

    name: str
    role: str = ""


@dataclass(frozen=True)
class Card:
    """What the test card says."""

    title: str
    panel: tuple[Panellist, ...] = ()
    language: Language = "de"
    rate: int = 25


class MovingCard:
    """The test card with its clock, swinging dot, lamp and time strip set to a moment.

    `picture.frame` is the frame to encode. Only what has changed since the last moment is drawn.
    """

    def __init__(self, card: Card) -> None:
        self.picture = Picture(Tile.from_image(draw_ground(card)))
        self._digits = {ink: [_glyph(str(digit), ink) for digit in range(10)] for ink in (INK, QUIET)}
        self._places = _clock_places()
        self._shown: list[int | None] = [None] * len(self._places)
        self._dot = Tile.from_image(_draw_dot())
        self._dot_left: int | None = None
        self._lamps = [Tile.from_image(_draw_lamp(lit)) for lit in (False, True)]
        self._lit = False

    def show(self, milliseconds: int) -> None:
        """Set everything that moves to `milliseconds` since the epoch."""
        self._show_clock(milliseconds)
        self._show_dot(milliseconds)
        self._show_lamp(milliseconds % 1000 < FLASH_MILLISECONDS)
        bits = timecode.bits_of(milliseconds)
        row = b"".join((BRIGHT_LUMA if bit else DARK_LUMA) * timecode.BLOCK_SIZE for bit in bits)
        self.picture.lay_luma_rows(row, timecode.LEFT, timecode.TOP, timecode.BLOCK_SIZE)

    def _show_clock(self, milliseconds: int) -> None:
        moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
        for place, character in enumerate(f"{moment:%H%M%S}{milliseconds % 1000:03}"):
            digit = int(character)
            if self._shown[place] != digit:
                self._shown[place] = digit
                left, ink = self._places[place]
                self.picture.lay(self._digits[ink][digit], left, CLOCK_TOP)

    def _show_dot(self, milliseconds: int) -> None:
        swing = (1 - math.cos(2 * math.pi * milliseconds / SWING_MILLISECONDS)) / 2
        left = TRACK_LEFT + round(swing * (TRACK_RIGHT - TRACK_LEFT - DOT) / 2) * 2
        top = MIDDLE - DOT // 2
        if self._dot_left is not None:
            self.picture.lay(self.picture.ground.crop(self._dot_left, top, DOT, DOT), self._dot_left, top)
        self._dot_left = left
        self.picture.lay(self._dot, left, top)

    def _show_lamp(self, lit: bool) -> None:
        if lit != self._lit:
            self._lit = lit
            self.picture.lay(self._lamps[lit], LAMP_CENTRE - LAMP // 2, MIDDLE - LAMP // 2)


def draw_ground(card: Card) -> Image.Image:
    """The still part of the card: title, name cards, labels, the dark lamp, the empty track and clock."""
    words = WORDS[card.language]
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    canvas = ImageDraw.Draw(image)
    fit(words["card"], SEMIBOLD, RIGHT - LEFT, 1, 22, 22).draw(canvas, LEFT, 48, ACCENTS[0])
    title = fit(card.title, SEMIBOLD, RIGHT - LEFT, 2, 56, 36)
    title.draw(canvas, LEFT, 80, INK)
    _draw_panel(image, card, 80 + title.height + 32)
    fit(words["clock"], REGULAR, 480, 1, 18, 18).draw(canvas, LEFT, LABELS_TOP, QUIET)
    for mark, left in _clock_marks():
        image.paste(_draw_character(mark, QUIET, MARK_WIDTH), (left, CLOCK_TOP))
    right = font(REGULAR, 18)
    canvas.text((RIGHT, LABELS_TOP + 11), words["tone"], QUIET, right, anchor="rm")
    _draw_track(image)
    image.paste(_draw_lamp(False), (LAMP_CENTRE - LAMP // 2, MIDDLE - LAMP // 2))
    rate = words["rate"].format(width=WIDTH, height=HEIGHT, rate=card.rate)
    canvas.text((RIGHT, timecode.TOP + timecode.BLOCK_SIZE // 2), rate, QUIET, font(REGULAR, 16), anchor="rm")
    return image


def _draw_panel(image: Image.Image, card: Card, top: int) -> None:
    panel = list(card.panel)
    if len(panel) > MOST_CARDS:
        rest = len(panel) - MOST_CARDS + 1
        panel[MOST_CARDS - 1 :] = [Panellist(WORDS[card.language]["more"].format(count=rest))]
    if not panel:
        return
    columns = 2 if len(panel) <= 4 else 3
    rows = math.ceil(len(panel) / columns)
    width = (RIGHT - LEFT - (columns - 1) * CARD_GAP) // columns
    height = min((CARDS_BOTTOM - top - (rows - 1) * CARD_GAP) // rows, 232 if rows == 1 else 176)
    for place, panellist in enumerate(panel):
        left = LEFT + place % columns * (width + CARD_GAP)
        above = top + place // columns * (height + CARD_GAP)
        name_card = _draw_name_card(panellist, width, height, ACCENTS[place % len(ACCENTS)])
        image.paste(name_card, (left, above))


def _draw_name_card(panellist: Panellist, width: int, height: int, accent: str) -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, scale: int) -> None:
        box = (0, 0, width * scale - 1, height * scale - 1)
        canvas.rounded_rectangle(box, 12 * scale, SURFACE)
        bar = (24 * scale, 28 * scale, 30 * scale - 1, (height - 28) * scale - 1)
        canvas.rounded_rectangle(bar, 3 * scale, accent)

    image = _smooth(width, height, draw)
    canvas = ImageDraw.Draw(image)
    room = width - 52 - 24
    largest = 42 if height > 176 else 34 if height >= 120 else 24
    name = fit(panellist.name, SEMIBOLD, room, 2 if height >= 100 else 1, largest, 20)
    role = fit(panellist.role, REGULAR, room, 1, 26 if height > 176 else 22, 16) if panellist.role else None
    block = name.height + (role.height + 4 if role else 0)
    top = (height - block) // 2
    name.draw(canvas, 52, top, INK)
    if role:
        role.draw(canvas, 52, top + name.height + 4, QUIET)
    return image


def _clock_layout() -> list[tuple[str, int]]:
    layout, left = [], LEFT
    for character in "00:00:00.000":
        layout.append((character, left))
        left += DIGIT_WIDTH if character == "0" else MARK_WIDTH
    return layout


def _clock_places() -> list[tuple[int, str]]:
    lefts = [left for character, left in _clock_layout() if character == "0"]
    return [(left, INK if place < 6 else QUIET) for place, left in enumerate(lefts)]


def _clock_marks() -> list[tuple[str, int]]:
    return [(character, left) for character, left in _clock_layout() if character != "0"]


def _glyph(character: str, ink: str) -> Tile:
    return Tile.from_image(_draw_character(character, ink, DIGIT_WIDTH))


def _draw_character(character: str, ink: str, width: int) -> Image.Image:
    image = Image.new("RGB", (width, CLOCK_HEIGHT), GROUND)
    face = font(SEMIBOLD, CLOCK_SIZE)
    ImageDraw.Draw(image).text((width / 2, CLOCK_HEIGHT - 10), character, ink, face, anchor="ms")
    return image


def _draw_track(image: Image.Image) -> None:
    canvas = ImageDraw.Draw(image)
    canvas.rounded_rectangle((TRACK_LEFT, MIDDLE - 3, TRACK_RIGHT - 1, MIDDLE + 2), 3, SURFACE)


def _draw_dot() -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, scale: int) -> None:
        middle = DOT // 2
        canvas.rectangle((0, (middle - 3) * scale, DOT * scale, (middle + 3) * scale - 1), SURFACE)
        canvas.ellipse((3 * scale, 3 * scale, (DOT - 3) * scale - 1, (DOT - 3) * scale - 1), INK)

    return _smooth(DOT, DOT, draw)


def _draw_lamp(lit: bool) -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, scale: int) -> None:
        ring = (4 * scale, 4 * scale, (LAMP - 4) * scale - 1, (LAMP - 4) * scale - 1)
        canvas.ellipse(ring, ACCENTS[1] if lit else SURFACE)

    return _smooth(LAMP, LAMP, draw)


def _smooth(width: int, height: int, draw: Callable[[ImageDraw.ImageDraw, int], None]) -> Image.Image:
    """Draw four times as large and reduce: Pillow draws shapes without smooth edges."""
    scale = 4
    image = Image.new("RGB", (width * scale, height * scale), GROUND)
    draw(ImageDraw.Draw(image), scale)
    return image.resize((width, height), Image.Resampling.LANCZOS)
