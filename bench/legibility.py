"""Whether the prompter can be read from three metres on a laptop of 13 inches: what an eye of which acuity gets, read by OCR.

python bench/legibility.py [--pictures FOLDER]

Takes pictures of the pages at 1280x720, spreads them as the optics of an eye do (Westheimer's line spread for a pupil of
3 mm, for 20/40 twice as wide; in linear light), samples that as densely as the cones of the fovea stand (half a minute
of arc), and lets Tesseract (`apt install tesseract-ocr tesseract-ocr-deu`) read it. Prints the share of words that it reads
right. The first rows say how far this can be trusted: letters of known height, of which an eye of 20/20 by definition
tells those of five minutes apart, and one of 20/40 those of ten.
"""

import argparse
import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.conftest import CHROMIUM_ARGUMENTS, chromium  # noqa: E402 - the folder above has to be known first
from tests.e2e.rooms import SPEAKER, House, Room  # noqa: E402
from tests.e2e.stage import LONG, SHORT, SPEECH, give_speech, put_on_air  # noqa: E402

PIXEL = 288 / 1280
"""Millimetres, of 13 inches and 16:9."""
MINUTES = PIXEL / 3_000 * 3_437.75
"""Of arc, under which a pixel is seen."""
EDGE = 40
"""Pixels around a picture, of its own ground: what is spread over its edge."""
CONE = 0.5
"""Minutes of arc from one cone of the fovea to the next."""
CAPITAL = 0.668
"""Of Atkinson Hyperlegible: the height of a capital letter, as a share of the size."""
SCALES = (0.75, 1, 1.5, 2, 3)
VIEW = {"width": 1280, "height": 720}
EYES = {"20/20": 1.0, "20/30": 1.5, "20/40": 2.0}


def seen(picture: Image.Image, width: float) -> Image.Image:
    """What an eye gets of a picture, in shades of light, turned to dark on light; width: of its spread, 1 for that of 20/20."""
    around = Image.new(
        "L", (picture.width + 2 * EDGE, picture.height + 2 * EDGE), picture.convert("L").getpixel((0, 0))
    )
    around.paste(picture.convert("L"), (EDGE, EDGE))
    light = (np.asarray(around, dtype=float) / 255) ** 2.2
    away = np.arange(-EDGE, EDGE + 1) * MINUTES / width
    spread = 0.47 * np.exp(-3.3 * away**2) + 0.53 * np.exp(-0.93 * abs(away))
    spread /= spread.sum()
    for axis in (0, 1):
        light = np.apply_along_axis(np.convolve, axis, light, spread, mode="same")
    shades = Image.fromarray((255 * (1 - light)).clip(0, 255).astype("uint8"))
    return shades.resize(
        (round(shades.width * MINUTES / CONE), round(shades.height * MINUTES / CONE)), Image.Resampling.BOX
    )


def words(text: str) -> list[str]:
    return [word for word in ("".join(filter(str.isalnum, part)).lower() for part in text.split()) if word]


def share_read(picture: Image.Image, text: str) -> float:
    """Of the words, those that Tesseract reads right and in their order, 0 to 1: the best of its attempts at several
    sizes, for it stumbles over sizes and grey grounds as no eye does."""
    wanted = words(text)
    return max(matching(wanted, words(read(picture, scale, len(wanted) > 4))) for scale in SCALES) / len(wanted)


def read(picture: Image.Image, scale: float, several: bool) -> str:
    """What Tesseract reads in one line or several of a picture that was made larger."""
    size = (round(picture.width * scale), round(picture.height * scale))
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        ImageOps.autocontrast(picture, cutoff=1).resize(size, Image.Resampling.BICUBIC).save(file.name)
        command = ("tesseract", file.name, "-", "-l", "deu", "--psm", "6" if several else "7")
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def matching(wanted: list[str], found: list[str]) -> int:
    """How many words of both are the same, in their order."""
    blocks = difflib.SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def part(page: Page, selector: str, file: Path) -> Image.Image:
    """A picture of one part of the page."""
    page.locator(selector).first.screenshot(path=file)
    return Image.open(file)


def report(name: str, picture: Image.Image, size: float, text: str, folder: Path) -> None:
    capital = size * CAPITAL * MINUTES
    shares = []
    for eye, width in EYES.items():
        eyed = seen(picture, width)
        eyed.save(folder / f"{name.replace(' ', '-')}-{eye.replace('/', '-')}.png")
        shares.append(share_read(eyed, text))
    figures = "".join(f"{share:8.0%}" for share in shares)
    print(f"{name:44} {size:5.0f} px {capital:6.1f}' {figures}", flush=True)


def measure(page: Page, room: Room, folder: Path) -> None:
    print(f"{'':44} {'letters':>8} {'capital':>7} " + "".join(f"{eye:>8}" for eye in EYES))
    file = folder / "part.png"
    size_of = "element => parseFloat(getComputedStyle(element).fontSize)"
    with room.directed() as host:
        put_on_air(room, host, SHORT, LONG)
        give_speech(host)
        for clock in ("session", SPEAKER):
            host.do("startclock", clock=clock, duration=600_000)
        page.goto(room.prompter(SPEAKER))
        question = page.locator(".fitted-text")
        expect(question).to_have_text(SHORT)
        page.evaluate("() => document.fonts.ready")
        for minutes in (3, 4, 5, 6, 8, 10):
            size = minutes / MINUTES / CAPITAL
            question.evaluate("(element, size) => { element.style.fontSize = `${size}px` }", size)
            report(f"scale {minutes} minutes", part(page, ".fitted-text", file), size, SHORT, folder)
        for number, text in ((1, SHORT), (2, LONG)):
            if number == 2:
                host.do("air", question=2, instead=1)
            for mode in ("card", "script"):
                page.goto("about:blank")
                page.goto(room.prompter(SPEAKER, f"?mode={mode}"))
                expect(page.locator(".fitted-text")).to_have_text(text)
                page.evaluate("() => document.fonts.ready")
                name = f"{mode} mode, {len(text.split())} words"
                report(name, part(page, ".fitted-text", file), question.evaluate(size_of), text, folder)
                if mode == "script":
                    page.keyboard.press("PageDown")
                    spoken = part(page, ".script-paragraph .script-line", file)
                    letters = page.locator(".script-paragraph .script-line").first
                    report(f"{name}: the text", spoken, letters.evaluate(size_of), SPEECH[1], folder)
                else:
                    found = page.locator(".surface-asker")
                    name += ": the asker"
                    asker = part(page, ".surface-asker", file)
                    report(name, asker, found.evaluate(size_of), found.inner_text(), folder)
                page.screenshot(path=file)
                for eye, width in EYES.items():
                    seen(Image.open(file), width).save(folder / f"{mode}-{number}-whole-{eye.replace('/', '-')}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="where to keep what each eye gets")
    pictures = parser.parse_args().pictures
    executable = chromium()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        kept = pictures or Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        house = House(Path(folder), rooms=1)
        house.server.start()
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        try:
            page = browser.new_context(viewport=VIEW, locale="de-DE", reduced_motion="reduce").new_page()
            measure(page, house.room(), kept)
        finally:
            browser.close()
            house.server.stop()


if __name__ == "__main__":
    main()
