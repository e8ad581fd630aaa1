"""Metadata goes, the picture stays as it looks."""

import io

import pytest
from PIL import Image, ImageOps, ImageSequence

from fastcms.images.metadata import without_metadata
from tests.images import samples
from tests.images.samples import encoded, jpeg, picture

PROFILE = b"\0" * 36 + b"acsp" + b"\0" * 88
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


def frames(content: bytes) -> list[tuple[tuple[int, int], bytes]]:
    """What somebody sees, frame by frame."""
    with Image.open(io.BytesIO(content)) as image:
        shown = [
            ImageOps.exif_transpose(one).convert("RGBA") for one in ImageSequence.Iterator(image)
        ]
    return [(one.size, one.tobytes()) for one in shown]


@pytest.mark.parametrize("format_", TYPES)
@pytest.mark.parametrize("turn", [1, 6, 7])
def test_metadata_goes_and_the_picture_stays(format_: str, turn: int) -> None:
    content = samples.located(format_, turn)
    assert b"GPS-SECRET" in content
    clean = without_metadata(content, TYPES[format_])
    assert b"GPS-SECRET" not in clean
    assert frames(clean) == frames(content)
    assert without_metadata(clean, TYPES[format_]) == clean


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (samples.animated("GIF"), "image/gif"),
        (samples.animated("WEBP"), "image/webp"),
        (samples.animated("PNG"), "image/apng"),
        (encoded(picture(60, 40, "RGBA"), "WEBP"), "image/webp"),
        (encoded(picture(60, 40), "JPEG", progressive=True), "image/jpeg"),
        (encoded(picture(60, 40, "CMYK"), "JPEG"), "image/jpeg"),
        (encoded(picture(61, 41), "JPEG", restart_marker_blocks=2), "image/jpeg"),
        (encoded(picture(60, 40).quantize(8), "PNG", transparency=2), "image/png"),
        (encoded(picture(60, 40).quantize(8), "GIF", transparency=2), "image/gif"),
    ],
)
def test_nothing_else_changes(content: bytes, type_: str) -> None:
    clean = without_metadata(content, type_)
    assert frames(clean) == frames(content)
    with Image.open(io.BytesIO(clean)) as after, Image.open(io.BytesIO(content)) as before:
        for key in ("duration", "loop", "transparency"):
            assert after.info.get(key) == before.info.get(key)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_the_colour_profile_stays(format_: str) -> None:
    content = encoded(picture(60, 40), format_, icc_profile=PROFILE)
    with Image.open(io.BytesIO(without_metadata(content, TYPES[format_]))) as image:
        assert image.info["icc_profile"] == PROFILE


@pytest.mark.parametrize("format_", TYPES)
def test_what_is_hung_on_goes(format_: str) -> None:
    content = encoded(picture(60, 40), format_)
    assert without_metadata(content + b"GPS-SECRET film", TYPES[format_]) == without_metadata(
        content, TYPES[format_]
    )


def test_small_pictures_inside_go() -> None:
    thumbnail = b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x01GPS-SECRET"[:14] + b"SECRET"
    segment = b"\xff\xe0" + (len(thumbnail) + 2).to_bytes(2) + thumbnail
    extension = b"\xff\xe0\x00\x0fJFXX\0\x10SECRET!"
    plain = jpeg(60, 40)
    content = plain[:2] + segment + extension + plain[20:]
    clean = without_metadata(content, "image/jpeg")
    assert b"SECRET" not in clean
    assert frames(clean) == frames(plain)


@pytest.mark.parametrize("format_", TYPES)
def test_broken_files_are_refused(format_: str) -> None:
    content = samples.located(format_)
    for end in range(len(content) - 2):
        with pytest.raises(ValueError):  # noqa: PT011 (whichever word it is)
            without_metadata(content[:end], TYPES[format_])
    with pytest.raises(ValueError, match="no "):
        without_metadata(b"x" * 100, TYPES[format_])


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="image/heic"):
        without_metadata(b"", "image/heic")
