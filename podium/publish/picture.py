"""A video frame that is changed in place: a still ground and small tiles laid over it.

Colours are converted once, when a tile is made; laying a tile copies bytes. Positions and sizes are in pixels
and even, since the chroma planes of yuv420p have half the width and half the height.
"""

from dataclasses import dataclass

import av
from PIL import Image


@dataclass(frozen=True)
class Tile:
    """A rectangle in yuv420p: `planes` are its three planes (Y, U, V) without padding."""

    width: int
    height: int
    planes: tuple[bytes, bytes, bytes]

    @classmethod
    def from_image(cls, image: Image.Image) -> "Tile":
        """Convert an RGB image of even width and height (BT.601, limited range)."""
        frame = _frame(image).reformat(format="yuv420p")
        luma, blue, red = (_packed(plane) for plane in frame.planes)
        return cls(image.width, image.height, (luma, blue, red))

    def crop(self, left: int, top: int, width: int, height: int) -> "Tile":
        """The tile cut out of this one at `left`, `top`."""
        planes = []
        for plane, scale in zip(self.planes, (1, 2, 2), strict=True):
            stride = self.width // scale
            starts = range(top // scale * stride + left // scale, (top + height) // scale * stride, stride)
            planes.append(b"".join(plane[start : start + width // scale] for start in starts))
        return Tile(width, height, (planes[0], planes[1], planes[2]))


class Picture:
    """The frame that is encoded again and again. `frame` may be handed to an encoder after each change."""

    def __init__(self, ground: Tile) -> None:
        self.ground = ground
        self.frame = av.VideoFrame(ground.width, ground.height, "yuv420p")
        self._planes = [memoryview(plane).cast("B") for plane in self.frame.planes]
        self._strides = [plane.line_size for plane in self.frame.planes]
        self.lay(ground, 0, 0)

    def lay(self, tile: Tile, left: int, top: int) -> None:
        """Cover the rectangle at `left`, `top` with `tile`."""
        for index, scale in enumerate((1, 2, 2)):
            target, stride, source = self._planes[index], self._strides[index], tile.planes[index]
            width, height = tile.width // scale, tile.height // scale
            position = top // scale * stride + left // scale
            for start in range(0, width * height, width):
                target[position : position + width] = source[start : start + width]
                position += stride

    def lay_luma_rows(self, row: bytes, left: int, top: int, height: int) -> None:
        """Write the same row of brightness `height` times, from `left`, `top` down; colours stay."""
        target, stride = self._planes[0], self._strides[0]
        position = top * stride + left
        for _ in range(height):
            target[position : position + len(row)] = row
            position += stride


def _frame(image: Image.Image) -> av.VideoFrame:
    frame = av.VideoFrame(image.width, image.height, "rgb24")
    plane = frame.planes[0]
    data, length = image.convert("RGB").tobytes(), image.width * 3
    padding = bytes(plane.line_size - length)
    rows = (data[start : start + length] for start in range(0, len(data), length))
    plane.update(b"".join(row + padding for row in rows))
    return frame


def _packed(plane: av.video.plane.VideoPlane) -> bytes:
    data = bytes(plane)
    return b"".join(data[row * plane.line_size : row * plane.line_size + plane.width] for row in range(plane.height))
