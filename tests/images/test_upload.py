"""What a file field's options do to an uploaded image."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fastcms.images.images import Images
from fastcms.images.upload import Unclean, optimised
from tests.fields.made import field
from tests.images import samples
from tests.images.samples import encoded, jpeg, picture

LARGE_PNG = encoded(picture(300, 200), "PNG", compress_level=0)
AVIF = samples.located("AVIF", turn=6)


def kept(
    tmp_path: Path, content: bytes, type_: str, *, on_disk: bool = False, **options: Any
) -> bytes | None:
    source: Path | bytes = content
    if on_disk:
        source = tmp_path / "upload"
        source.write_bytes(content)

    async def main() -> bytes | None:
        images = Images(tmp_path / "lock", tmp_path / "scratch")
        try:
            return await optimised(images, field("file", **options), source, type_)  # type: ignore[arg-type]
        finally:
            await images.close()

    made = asyncio.run(main())
    assert not on_disk or Path(str(source)).read_bytes() == content
    assert not list((tmp_path / "scratch").glob("*"))
    return made


@pytest.mark.parametrize("on_disk", [False, True])
def test_both_at_once(tmp_path: Path, *, on_disk: bool) -> None:
    made = kept(
        tmp_path,
        samples.located("JPEG", turn=6),
        "image/jpeg",
        on_disk=on_disk,
        optimize="lossy",
        stripMetadata=True,
    )
    assert made
    assert b"GPS-SECRET" not in made
    with Image.open(io.BytesIO(made)) as image:
        assert image.getexif()[samples.ORIENTATION] == 6


@pytest.mark.parametrize(
    ("content", "type_", "options"),
    [
        (LARGE_PNG, "image/png", {}),
        (jpeg(60, 40), "image/jpeg", {"optimize": "lossless"}),
        (b"no image", "image/png", {"optimize": "lossy"}),
        (samples.png_of(20_000, 20_000), "image/png", {"optimize": "lossless"}),
        (b"text", "text/plain", {"optimize": "lossy", "stripMetadata": True}),
        (b"<svg/>", "image/svg+xml", {"optimize": "lossy", "stripMetadata": True}),
        (encoded(picture(60, 40), "BMP"), "image/bmp", {"stripMetadata": True}),
    ],
)
def test_what_stays_as_it_came(
    tmp_path: Path, content: bytes, type_: str, options: dict[str, Any]
) -> None:
    assert kept(tmp_path, content, type_, **options) is None


def test_fewer_bytes(tmp_path: Path) -> None:
    made = kept(tmp_path, LARGE_PNG, "image/png", optimize="lossless")
    assert made
    assert len(made) < len(LARGE_PNG) / 2


def test_an_avif_is_painted_anew(tmp_path: Path) -> None:
    made = kept(tmp_path, AVIF, "image/avif", stripMetadata=True)
    assert made
    assert b"GPS-SECRET" not in made
    with Image.open(io.BytesIO(made)) as image:
        assert image.size == (40, 60)


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (jpeg(60, 40)[:500], "image/jpeg"),
        (AVIF[:500], "image/avif"),
        (b"", "image/png"),
        (encoded(picture(60, 40), "TIFF"), "image/tiff"),
        (b"anything", "image/heic"),
    ],
)
def test_where_metadata_may_be_left_the_upload_is_refused(
    tmp_path: Path, content: bytes, type_: str
) -> None:
    with pytest.raises(Unclean):
        kept(tmp_path, content, type_, stripMetadata=True)
