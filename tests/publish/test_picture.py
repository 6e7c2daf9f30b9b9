"""The frame that is changed in place."""

from PIL import Image, ImageChops, ImageStat

from podium.publish.picture import Picture, Tile


def coloured() -> Image.Image:
    image = Image.linear_gradient("L").resize((320, 180))
    return Image.merge("RGB", (image, image.rotate(180), Image.new("L", image.size, 90)))


def far(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_colours_survive() -> None:
    image = coloured()
    assert far(Picture(Tile.from_image(image)).frame.to_image(), image) < 3


def test_widths_that_need_padding_survive() -> None:
    image = coloured().resize((54, 38))
    assert far(Picture(Tile.from_image(image)).frame.to_image(), image) < 6


def test_a_tile_covers_its_place_and_nothing_else() -> None:
    picture = Picture(Tile.from_image(Image.new("RGB", (64, 48), "black")))
    picture.lay(Tile.from_image(Image.new("RGB", (16, 8), "white")), 32, 20)
    bright = picture.frame.to_image().convert("L").point(lambda level: 255 * (level > 128))
    assert bright.getbbox() == (32, 20, 48, 28)


def test_what_was_covered_can_be_laid_back() -> None:
    ground = Tile.from_image(coloured())
    picture = Picture(ground)
    before = picture.frame.to_image().tobytes()
    picture.lay(Tile.from_image(Image.new("RGB", (40, 40), "red")), 100, 60)
    picture.lay(ground.crop(100, 60, 40, 40), 100, 60)
    assert picture.frame.to_image().tobytes() == before


def test_rows_of_brightness_fill_a_band() -> None:
    picture = Picture(Tile.from_image(Image.new("RGB", (64, 48), "black")))
    picture.lay_luma_rows(bytes([235]) * 10, 4, 6, 3)
    bright = picture.frame.to_image().convert("L").point(lambda level: 255 * (level > 128))
    assert bright.getbbox() == (4, 6, 14, 9)
