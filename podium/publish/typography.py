"""Text on the test card: Fira Sans (SIL Open Font License, `fonts/OFL.txt`), measured, wrapped and fitted."""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO

from PIL import ImageDraw, ImageFont

REGULAR = "FiraSans-Regular.ttf"
SEMIBOLD = "FiraSans-SemiBold.ttf"
LINE_HEIGHT = 1.2
ELLIPSIS = "…"


@cache
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """The font of the package in `size` pixels."""
    return ImageFont.truetype(BytesIO(_face(face)), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _face(face: str) -> bytes:
    return (files(__package__) / "fonts" / face).read_bytes()


@dataclass(frozen=True)
class Text:
    """Lines of text in one font; `height` in pixels with the leading between them."""

    lines: tuple[str, ...]
    face: str
    size: int

    @property
    def leading(self) -> int:
        return round(self.size * LINE_HEIGHT)

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)

    def draw(self, canvas: ImageDraw.ImageDraw, left: int, top: int, colour: str) -> None:
        """Draw with the upper left corner of the first line at `left`, `top`."""
        for number, line in enumerate(self.lines):
            middle = top + number * self.leading + self.leading // 2
            canvas.text((left, middle), line, colour, font(self.face, self.size), anchor="lm")


@lru_cache(256)
def fit(text: str, face: str, width: int, lines: int, largest: int, smallest: int) -> Text:
    """Set `text` as large as possible, from `largest` down to `smallest` pixels, in at most `lines` lines.

    What does not fit even then, the last line or a word too long for any, ends in an ellipsis.
    """
    for size in range(largest, smallest - 1, -2):
        wrapped = _wrap(text, face, size, width)
        if len(wrapped) <= lines and all(_width(line, face, size) <= width for line in wrapped):
            return Text(_balance(wrapped, text, face, size, width), face, size)
    wrapped = _wrap(text, face, smallest, width)
    kept = [
        line if _width(line, face, smallest) <= width else _shorten(line, face, smallest, width)
        for line in wrapped[:lines]
    ]
    if len(wrapped) > lines and not kept[-1].endswith(ELLIPSIS):
        kept[-1] = _shorten(kept[-1], face, smallest, width)
    return Text(tuple(kept), face, smallest)


def _balance(wrapped: tuple[str, ...], text: str, face: str, size: int, width: int) -> tuple[str, ...]:
    """The narrowest setting with as many lines, so that no word stands alone on the last one."""
    narrow = width
    while narrow > width // 3:
        narrow -= 16
        tried = _wrap(text, face, size, narrow)
        if len(tried) > len(wrapped) or any(_width(line, face, size) > narrow for line in tried):
            break
        wrapped = tried
    return wrapped


def _wrap(text: str, face: str, size: int, width: int) -> tuple[str, ...]:
    lines: list[str] = []
    for word in text.split():
        if lines and _width(f"{lines[-1]} {word}", face, size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return tuple(lines) or ("",)


def _shorten(line: str, face: str, size: int, width: int) -> str:
    while line and _width(line + ELLIPSIS, face, size) > width:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


def _width(line: str, face: str, size: int) -> float:
    return font(face, size).getlength(line)
