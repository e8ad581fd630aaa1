"""Opens image files that nobody trusts: few formats, and limits that are asked before decoding.

Loaded by the image processes alone.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
)

from fastcms.images.geometry import Plan

# What is decoded as a whole. Four bytes each, and a copy or two of them fit the memory limit.
MOST_PIXELS = 50_000_000
# A JPEG can be decoded at an eighth of its size, so it may be larger.
MOST_PIXELS_OF_JPEG = 200_000_000
_ORIENTATION = 0x0112
_TURNED = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT, False),
    3: (Image.Transpose.ROTATE_180, False),
    4: (Image.Transpose.FLIP_TOP_BOTTOM, False),
    5: (Image.Transpose.TRANSPOSE, True),
    6: (Image.Transpose.ROTATE_270, True),
    7: (Image.Transpose.TRANSVERSE, True),
    8: (Image.Transpose.ROTATE_90, True),
}


class Unfit(Exception):
    """The image is nothing for us: too large, or of a kind that is left alone; the text says so."""


def prepare() -> None:
    """Sets Pillow up for strangers' files."""
    # The limits below take the place of Pillow's own, which only warns.
    Image.MAX_IMAGE_PIXELS = None
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    # Texts are of no use here, and they may be bombs: a kilobyte that unpacks to a gigabyte.
    for name in ("chunk_tEXt", "chunk_zTXt", "chunk_iTXt"):
        setattr(PngImagePlugin.PngStream, name, _pass_over)


def _pass_over(stream: PngImagePlugin.PngStream, _: int, length: int) -> bytes:
    assert stream.fp is not None
    return ImageFile._safe_read(stream.fp, length)


class Source:
    """An opened image, not decoded yet.

    `width` and `height` are those of the upright image, as its `turn` says.
    """

    def __init__(
        self, file: BinaryIO, formats: tuple[str, ...], *, exif_of: tuple[str, ...]
    ) -> None:
        self.image: ImageFile.ImageFile = Image.open(file, formats=formats)
        # Several pictures in a JPEG (MPO) are a JPEG with more behind it.
        is_jpeg = isinstance(self.image, JpegImagePlugin.JpegImageFile)
        self.format = "JPEG" if is_jpeg else self.image.format or ""
        self.turn = _turn(self.image) if self.format in exif_of else 1
        width, height = self.image.size
        limit = MOST_PIXELS_OF_JPEG if self.format == "JPEG" else MOST_PIXELS
        if width * height > limit:
            raise Unfit(f"{width} by {height} pixels are too many")
        if isinstance(self.image, GifImagePlugin.GifImageFile) and self.image.tile:
            # The first frame may be a part of the canvas; it alone counts, as in the reference.
            left, top, right, bottom = self.image.tile[0].extents or (0, 0, width, height)
            width, height = right - left, bottom - top
        _, lying = _TURNED.get(self.turn, (None, False))
        self.width, self.height = (height, width) if lying else (width, height)

    @property
    def is_animated(self) -> bool:
        """Whether there is more than one frame."""
        return getattr(self.image, "n_frames", 1) > 1

    def draw(self, plan: Plan) -> Image.Image:
        """The image as planned: upright, in RGB or RGBA."""
        if plan.scaled[0] * plan.scaled[1] > MOST_PIXELS:
            raise Unfit("the result would be too large")
        shrunk = self._shrink(plan)
        if self.image.width * self.image.height > MOST_PIXELS:
            raise Unfit("too many pixels for a result of that size")
        image = _coloured(self.image)
        if self.image.format == "GIF":
            image = self._first_frame(image)
        turn, _ = _TURNED.get(self.turn, (None, False))
        if turn is not None:
            image = image.transpose(turn)
        part = tuple(edge / shrunk for edge in plan.part)
        if shrunk == 1 and plan.part != (0, 0, *image.size):
            # Cut first, so that nothing from beyond the edges is blended in.
            image = image.crop(plan.part)
            part = (0, 0, *image.size)
        if image.size != plan.scaled or part != (0, 0, *image.size):
            image = image.resize(plan.scaled, Image.Resampling.BILINEAR, box=part)  # type: ignore[arg-type]
        return image if image.size == plan.size else image.crop(plan.kept)

    def _shrink(self, plan: Plan) -> int:
        """Has a JPEG decoded at a half, a quarter or an eighth, if that is still twice as large as
        what is wanted: a tenth of the time, and no eye sees it.
        """
        if self.format != "JPEG":
            return 1
        wide = max(1, plan.part.right - plan.part.left)
        tall = max(1, plan.part.bottom - plan.part.top)
        finely = min(wide / plan.scaled[0], tall / plan.scaled[1]) / 2
        pixels = self.width * self.height
        divisor = next((step for step in (8, 4, 2) if finely >= step), 1)
        while pixels / divisor**2 > MOST_PIXELS:
            divisor *= 2
        if divisor > 1:
            whole = self.image.size
            self.image.draft(None, (whole[0] // divisor, whole[1] // divisor))
        return divisor

    def _first_frame(self, image: Image.Image) -> Image.Image:
        extent: Any = getattr(self.image, "dispose_extent", None)
        if extent is None or tuple(extent) == (0, 0, *image.size):
            return image
        return image.crop(extent)


def _turn(image: Image.Image) -> int:
    """The EXIF orientation; 1 where there is none that can be read."""
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif", b""))
        turn = exif.get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 (whatever a parser of strangers' bytes comes up with)
        return 1
    return turn if isinstance(turn, int) and turn in _TURNED else 1


def _coloured(image: Image.Image) -> Image.Image:
    """Decodes."""
    image.load()
    if image.mode == "I;16":
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
