"""What is made of one image file: colours, turns, formats; and what is refused."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fastcms.images.jobs import Job, Made
from fastcms.images.paint import work
from fastcms.images.source import Unfit, prepare
from tests.images import samples
from tests.images.samples import encoded, jpeg, picture


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare()


@pytest.fixture
def made(tmp_path: Path) -> Any:
    def make(content: bytes, **job: Any) -> Made:
        path = tmp_path / "image"
        path.write_bytes(content)
        whole = Job(path=str(path), width=0, height=0, fit="fit", format="", quality=0, lossy=True)  # type: ignore[typeddict-item]
        return work({**whole, **job})  # type: ignore[typeddict-item]

    return make


def opened(made: Made) -> Image.Image:
    image = Image.open(io.BytesIO(made.content))
    image.load()
    assert made.content_type == Image.MIME[image.format or ""]
    return image


def corners(image: Image.Image) -> list[tuple[bool, bool]]:
    """For each corner whether it is red and whether it is green: the picture's own are all four."""
    image = image.convert("RGB")
    right, bottom = image.width - 1, image.height - 1
    found = []
    for place in ((0, 0), (right, 0), (0, bottom), (right, bottom)):
        red, green, _ = image.getpixel(place)  # type: ignore[misc]
        found.append((red > 128, green > 128))
    return found


UPRIGHT = corners(picture(160, 120))
THUMB_TYPES = [
    (jpeg(160, 120), "image/jpeg"),
    (encoded(picture(160, 120), "JPEG", progressive=True), "image/jpeg"),
    (encoded(picture(160, 120, "L"), "JPEG"), "image/jpeg"),
    (encoded(picture(160, 120, "CMYK"), "JPEG"), "image/jpeg"),
    (jpeg(160, 120) + b"something behind it", "image/jpeg"),
    (encoded(picture(160, 120), "PNG"), "image/png"),
    (encoded(picture(160, 120, "RGBA"), "PNG"), "image/png"),
    (encoded(picture(160, 120, "LA"), "PNG"), "image/png"),
    (encoded(picture(160, 120).quantize(16), "PNG", transparency=3), "image/png"),
    (encoded(picture(160, 120, "1"), "PNG"), "image/png"),
    (encoded(Image.new("I;16", (160, 120), 40_000), "PNG"), "image/png"),
    (encoded(picture(160, 120), "WEBP", lossless=True), "image/png"),
    (encoded(picture(160, 120, "RGBA"), "WEBP"), "image/png"),
    (encoded(picture(160, 120).quantize(16), "GIF"), "image/gif"),
    (encoded(picture(160, 120).quantize(16), "GIF", transparency=3), "image/gif"),
    (samples.animated("GIF"), "image/gif"),
    (samples.text_bomb(), "image/png"),
]


@pytest.mark.parametrize(("content", "type_"), THUMB_TYPES)
def test_the_type_of_a_thumb_follows_from_the_image(made: Any, content: bytes, type_: str) -> None:
    thumb = made(content, do="thumb", size="50x40")
    assert (opened(thumb).size, thumb.content_type) == ((50, 40), type_)


@pytest.mark.parametrize("turn", range(1, 9))
def test_photographs_stand_upright(made: Any, turn: int) -> None:
    upright = picture(160, 120)
    # A camera that is held so writes these pixels.
    inverse = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    lying = upright.transpose(Image.Transpose(inverse[turn])) if turn > 1 else upright
    photograph = encoded(lying, "JPEG", exif=samples.turned(turn), quality=95)
    for size in ("80x60", "10x0", "80x60f"):  # the second one is decoded at an eighth
        image = opened(made(photograph, do="thumb", size=size))
        assert corners(image) == UPRIGHT
        assert image.width > image.height
    variant = opened(made(photograph, do="variant", width=80))
    assert (variant.size, corners(variant)) == ((80, 60), UPRIGHT)
    assert samples.ORIENTATION not in variant.getexif()


def test_only_a_jpeg_is_turned_for_a_thumb(made: Any) -> None:
    content = encoded(picture(160, 120), "PNG", exif=samples.turned(6))
    assert opened(made(content, do="thumb", size="80x0")).size == (80, 60)
    assert opened(made(content, do="variant", width=60)).size == (60, 80)


@pytest.mark.filterwarnings("ignore:.*EXIF")
def test_broken_exif_is_no_exif(made: Any) -> None:
    content = encoded(picture(160, 120), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert opened(made(content, do="thumb", size="80x0")).size == (80, 60)


def test_the_first_frame_alone_counts(made: Any) -> None:
    content = samples.part_gif((161, 121), (30, 20))
    assert opened(made(content, do="thumb", size="70x50f")).size == (60, 40)
    assert opened(made(content, do="thumb", size="50x0")).size == (50, 33)


VARIANTS = [
    ({"width": 80}, (80, 60), "image/png"),
    ({"height": 30}, (40, 30), "image/png"),
    ({"width": 9, "height": 4000}, (9, 7), "image/png"),
    ({"width": 4000}, (160, 120), "image/png"),
    ({"format": "webp"}, (160, 120), "image/webp"),
    ({"format": "avif", "width": 40}, (40, 30), "image/avif"),
    ({"format": "jpeg", "width": 40, "quality": 1}, (40, 30), "image/jpeg"),
    ({"fit": "crop", "width": 50, "height": 50}, (50, 50), "image/png"),
    ({"fit": "crop", "width": 4000, "height": 4000}, (120, 120), "image/png"),
    ({"fit": "fill", "width": 50, "height": 50}, (50, 50), "image/png"),
    ({"fit": "fill", "width": 300, "height": 20, "format": "jpeg"}, (300, 20), "image/jpeg"),
]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
@pytest.mark.parametrize(("wanted", "size", "type_"), VARIANTS)
def test_variants(made: Any, mode: str, wanted: Any, size: Any, type_: str) -> None:
    variant = made(encoded(picture(160, 120, mode), "PNG"), do="variant", **wanted)
    assert (opened(variant).size, variant.content_type) == (size, type_)


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (jpeg(60, 40), "image/jpeg"),
        (encoded(picture(60, 40), "WEBP"), "image/webp"),
        (encoded(picture(60, 40), "AVIF"), "image/avif"),
        (encoded(picture(60, 40).quantize(8), "GIF"), "image/png"),
        (samples.animated("WEBP"), "image/webp"),
    ],
)
def test_a_variant_keeps_the_format_if_it_is_one(made: Any, content: bytes, type_: str) -> None:
    assert made(content, do="variant", width=30).content_type == type_


def test_what_is_around_a_filled_image(made: Any) -> None:
    content = encoded(picture(100, 50, "RGBA"), "PNG")
    wanted = {"do": "variant", "fit": "fill", "width": 100, "height": 100}
    assert opened(made(content, **wanted)).getpixel((50, 5)) == (255, 255, 255, 0)
    white = opened(made(content, **wanted, format="jpeg")).getpixel((50, 5))
    assert white == (255, 255, 255)


def test_variants_say_nothing_of_where_the_image_is_from(made: Any) -> None:
    for format_ in ("JPEG", "PNG", "WEBP", "AVIF", "GIF"):
        for to in ("jpeg", "png", "webp", "avif"):
            variant = made(samples.located(format_), do="variant", format=to)
            assert b"GPS-SECRET" not in variant.content
    for format_ in ("JPEG", "PNG", "WEBP", "GIF"):
        thumb = made(samples.located(format_), do="thumb", size="100x100")
        assert b"GPS-SECRET" not in thumb.content


def test_variants_keep_the_colour_profile(made: Any) -> None:
    profile = b"\0" * 36 + b"acsp" + b"\0" * 88
    content = encoded(picture(60, 40), "JPEG", icc_profile=profile)
    for to in ("jpeg", "png", "webp", "avif"):
        assert opened(made(content, do="variant", format=to)).info["icc_profile"] == profile


WHOLE_PNG = encoded(picture(300, 300), "PNG")
WHOLE_JPEG = jpeg(300, 300)
BROKEN = [
    ("nothing", b""),
    ("a text", b"no image at all"),
    ("half a PNG", WHOLE_PNG[: len(WHOLE_PNG) // 2]),
    ("half a JPEG", WHOLE_JPEG[: len(WHOLE_JPEG) // 2]),
    ("a PNG's header", WHOLE_PNG[:33]),
    ("a wrong checksum", WHOLE_PNG[:-20] + b"\0" + WHOLE_PNG[-19:]),
    ("a bitmap", encoded(picture(60, 40), "BMP")),
    ("a TIFF", encoded(picture(60, 40), "TIFF")),
    ("no pixels", WHOLE_PNG[:16] + struct.pack(">II", 0, 5) + WHOLE_PNG[24:]),
    ("a large PNG", samples.png_of(20_000, 20_000)),
    ("a wide PNG", samples.png_of(2_000_000, 100)),
    ("a JPEG of 4 gigapixels", samples.jpeg_claiming(65_000, 65_000)),
    ("a large GIF", samples.gif_claiming(60_000, 60_000)),
    ("a large WebP", samples.webp_claiming(16_000, 16_000)),
]


@pytest.mark.parametrize(("what", "content"), BROKEN, ids=[what for what, _ in BROKEN])
def test_what_cannot_be_shown_is_an_error(made: Any, what: str, content: bytes) -> None:
    for job in ({"do": "thumb", "size": "100x100"}, {"do": "variant", "width": 100}):
        with pytest.raises((Unfit, OSError, SyntaxError, ValueError, struct.error)):
            made(content, **job)


@pytest.mark.parametrize(
    "content",
    [
        samples.png_of(8_000, 8_000),
        samples.jpeg_claiming(20_000, 20_000),
        samples.gif_claiming(8_000, 8_000),
    ],
    ids=["PNG", "JPEG", "GIF"],
)
def test_too_many_pixels_are_refused_before_anything_is_decoded(made: Any, content: bytes) -> None:
    for job in ({"do": "thumb", "size": "10x10"}, {"do": "variant", "width": 10}):
        with pytest.raises(Unfit, match="pixels are too many"):
            made(content, **job)


def test_an_animated_webp_has_variants_and_no_thumbs(made: Any) -> None:
    with pytest.raises(Unfit, match="animated"):
        made(samples.animated("WEBP"), do="thumb", size="100x100")
    assert opened(made(samples.animated("WEBP"), do="variant", width=30)).size == (30, 20)


def test_results_are_bounded(made: Any) -> None:
    for size in ("20000x20000", "0x40000"):
        with pytest.raises(Unfit, match="too large"):
            made(jpeg(60, 40), do="thumb", size=size)


def test_a_gif_of_very_many_frames_is_one_frame(made: Any) -> None:
    content = samples.gif_claiming(1, 1, frames=50_000)
    assert opened(made(content, do="thumb", size="100x100")).size == (100, 100)


# Content, and what a lossless and a lossy run make of it.
RECOMPRESSED = {
    "PNG": (encoded(picture(300, 200), "PNG", compress_level=0), True, True),
    "JPEG": (jpeg(300, 200), False, True),
    "WebP": (encoded(picture(300, 200), "WEBP", lossless=True), False, True),
    "small": (
        encoded(picture(300, 200), "JPEG", quality=20, optimize=True, progressive=True),
        False,
        False,
    ),
    "animated": (samples.animated("WEBP"), False, False),
    "deep": (encoded(Image.new("I;16", (60, 40)), "PNG", compress_level=0), False, False),
}


@pytest.mark.parametrize("what", RECOMPRESSED)
@pytest.mark.parametrize("lossy", [False, True])
def test_recompressed(made: Any, what: str, *, lossy: bool) -> None:
    content, *smaller = RECOMPRESSED[what]
    before = Image.open(io.BytesIO(content))
    result = made(content, do="recompress", lossy=lossy)
    assert bool(result.content) is smaller[lossy]
    assert result.content_type == Image.MIME[before.format or ""]
    if result.content:
        assert len(result.content) < len(content)
        after = opened(result)
        assert (after.size, after.info.get("exif")) == (before.size, before.info.get("exif"))
        assert lossy or after.tobytes() == before.tobytes()


def test_repainted(made: Any) -> None:
    result = made(samples.located("AVIF", turn=6), do="repaint")
    assert opened(result).size == (40, 60)
    assert b"GPS-SECRET" not in result.content
