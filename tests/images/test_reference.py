"""Thumbs beside the reference's: one data directory, both servers, the same requests."""

import io
import shutil
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat, UnidentifiedImageError

from tests.images import samples
from tests.images.samples import encoded, jpeg, picture
from tests.servers import Answer, Kind, Server, add_superuser

ALL_SIZES = (
    "100x100", "70x50", "50x70t", "50x70b", "70x50t", "70x50b", "70x50f", "50x70f", "0x50", "50x0",
    "300x200", "300x200f", "0x300", "1x1", "3x1000f", "1000x3f", "7x300", "250x7b", "0x1", "900x9",
)  # fmt: skip
FEW_SIZES = ("100x100", "70x50f", "50x0")
# Sizes that no field has.
OTHER = ("abc", "0x0", "100x100t", "100X100", "", "99999x99999", "70x50f&thumb=50x0", "-1x5")
SHAPES = ((160, 120), (121, 211), (99, 250), (300, 90), (40, 30), (100, 100), (1, 1), (801, 603))
_SOLID = picture(161, 121)
_PNG, _JPEG = encoded(picture(300, 300), "PNG"), jpeg(300, 300)

SHAPED = {
    **{f"{width}x{height}.png": encoded(picture(width, height), "PNG") for width, height in SHAPES},
    **{f"{width}x{height}.jpg": jpeg(width, height) for width, height in SHAPES},
}
FILES = {
    **{f"turn{turn}.jpg": jpeg(161, 121, turn) for turn in range(1, 9)},
    "turned.png": encoded(_SOLID, "PNG", exif=samples.turned(6)),
    "alpha.png": encoded(picture(161, 121, "RGBA"), "PNG"),
    "grey_alpha.png": encoded(picture(161, 121, "LA"), "PNG"),
    "palette.png": encoded(_SOLID.quantize(64), "PNG"),
    "clear_palette.png": encoded(_SOLID.quantize(64), "PNG", transparency=3),
    "one_bit.png": encoded(picture(161, 121, "1"), "PNG"),
    "deep.png": encoded(Image.new("I;16", (161, 121), 40_000), "PNG"),
    "moving.png": samples.animated("PNG"),
    "grey.jpg": encoded(picture(161, 121, "L"), "JPEG"),
    "cmyk.jpg": encoded(picture(161, 121, "CMYK"), "JPEG"),
    "progressive.jpg": encoded(_SOLID, "JPEG", progressive=True),
    "more_behind.jpg": jpeg(161, 121) + b"more" * 99,
    "lossless.webp": encoded(_SOLID, "WEBP", lossless=True),
    "lossy.webp": encoded(_SOLID, "WEBP"),
    "alpha.webp": encoded(picture(161, 121, "RGBA"), "WEBP", lossless=True),
    "moving.webp": samples.animated("WEBP"),
    "plain.gif": encoded(_SOLID.quantize(64), "GIF"),
    "clear.gif": encoded(_SOLID.quantize(64), "GIF", transparency=3),
    "moving.gif": samples.animated("GIF"),
    "part.gif": samples.part_gif((161, 121), (30, 20)),
    "jpeg_called.png": jpeg(161, 121, 6),
    "png_called.jpg": encoded(picture(161, 121, "RGBA"), "PNG"),
    "no_extension": jpeg(161, 121, 6),
    "half.jpg": _JPEG[: len(_JPEG) // 2],
    "half.png": _PNG[: len(_PNG) // 2],
    "head.png": _PNG[:33],
    "wrong_sum.png": _PNG[:-20] + b"\0" + _PNG[-19:],
    "no_pixels.png": _PNG[:16] + struct.pack(">II", 0, 5) + _PNG[24:],
    "empty.png": b"",
    "text.png": b"a text that is called an image",
    "plain.txt": b"a text",
    "plain.bmp": encoded(_SOLID, "BMP"),
    "plain.tif": encoded(_SOLID, "TIFF"),
    "plain.avif": encoded(_SOLID, "AVIF"),
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>',
}  # fmt: skip
# Encoders round in their own ways; a turn or a wrong cut is ten times as far off.
MOST_OFF = 20.0


class Pair:
    """Both servers on copies of one directory, and the path of each sample."""

    def __init__(self, reference: Server, fastcms: Server, paths: dict[str, str]) -> None:
        self.reference = reference
        self.fastcms = fastcms
        self.paths = paths

    def ask(self, name: str, query: str, method: str = "GET") -> tuple[Answer, Answer]:
        path = f"{self.paths[name]}?{query.replace(' ', '%20')}"
        return self.reference.request(method, path), self.fastcms.request(method, path)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("thumbs")
    made = folder / "made" / "pb_data"
    add_superuser(Kind.REFERENCE, made)
    with Server(Kind.REFERENCE, made) as server:
        token = server.superuser_token()
        make_collection(server, token)
        paths = {
            name: uploaded(server, token, name, content)
            for name, content in {**SHAPED, **FILES}.items()
        }
    theirs, ours = folder / "theirs" / "pb_data", folder / "ours" / "pb_data"
    shutil.copytree(made, theirs)
    shutil.copytree(made, ours)
    with (
        Server(Kind.REFERENCE, theirs) as reference,
        Server(Kind.FASTCMS, ours, workers=2) as fastcms,
    ):
        yield Pair(reference, fastcms, paths)


def make_collection(server: Server, token: str) -> None:
    field = {"type": "file", "name": "image", "maxSize": 9 << 20, "thumbs": ALL_SIZES[1:]}
    collection = {"name": "images", "type": "base", "viewRule": "", "fields": [field]}
    server.expect("POST", "/api/collections", token=token, json_body=collection)


def uploaded(server: Server, token: str, name: str, content: bytes) -> str:
    """The path of the file."""
    head = f'--part\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n\r\n'
    answer = server.request(
        "POST",
        "/api/collections/images/records",
        headers={"Authorization": token, "Content-Type": "multipart/form-data; boundary=part"},
        body=head.encode() + content + b"\r\n--part--\r\n",
    )
    record = answer.json()
    return f"/api/files/images/{record['id']}/{record['image']}"


def described(answer: Answer) -> tuple[Any, ...]:
    """What must be equal."""
    names = ("content-type", "content-disposition", "cache-control", "content-security-policy")
    try:
        with Image.open(io.BytesIO(answer.body)) as image:
            shown = (image.format, image.size)
    except UnidentifiedImageError:
        shown = (None, (len(answer.body), 0))
    return answer.status, shown, *(answer.headers.get(name) for name in names)


def off(left: bytes, right: bytes) -> float:
    """How far the colours of two images are apart, looked at from a distance."""
    seen = []
    for content in (left, right):
        with Image.open(io.BytesIO(content)) as image:
            size = min(8, image.width), min(8, image.height)
            seen.append(image.convert("RGBA").resize(size, Image.Resampling.BOX))
    return max(ImageStat.Stat(ImageChops.difference(*seen)).mean[:3])


@pytest.mark.parametrize("name", [*SHAPED, *FILES])
def test_thumbs_are_those_of_the_reference(pair: Pair, name: str) -> None:
    content = {**SHAPED, **FILES}[name]
    for size in ALL_SIZES if name in SHAPED else FEW_SIZES:
        theirs, ours = pair.ask(name, f"thumb={size}")
        assert described(ours) == described(theirs), size
        if theirs.body == content:
            assert ours.body == content
        # One server tints what is transparent, the other leaves it out.
        elif "clear" not in name and "alpha" not in name:
            assert off(theirs.body, ours.body) < MOST_OFF, size


@pytest.mark.parametrize("size", OTHER)
def test_other_sizes_are_the_original(pair: Pair, size: str) -> None:
    content = SHAPED["160x120.png"]
    theirs, ours = pair.ask("160x120.png", f"thumb={size}")
    assert described(ours) == described(theirs)
    assert (ours.body == content) is (theirs.body == content)


@pytest.mark.parametrize("query", ["w=10", "w=x&h=0", "format=webp&quality=5", "fit=crop"])
def test_without_the_option_other_keys_count_for_nothing(pair: Pair, query: str) -> None:
    theirs, ours = pair.ask("160x120.png", query)
    assert ours.body == theirs.body == SHAPED["160x120.png"]
    theirs, ours = pair.ask("160x120.png", f"thumb=50x0&{query}")
    assert described(ours) == described(theirs)
    assert described(ours)[1] == ("PNG", (50, 38))


def test_head_makes_it_too_and_a_range_is_of_the_thumb(pair: Pair) -> None:
    for answer in pair.ask("turn3.jpg", "thumb=70x50b", "HEAD"):
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
        assert answer.headers["content-disposition"].startswith('inline; filename="70x50b_turn3')
    path = f"{pair.paths['turn3.jpg']}?thumb=70x50b"
    whole = pair.fastcms.request("GET", path).body
    part = pair.fastcms.request("GET", path, headers={"Range": "bytes=2-5"})
    assert (part.status, part.body) == (206, whole[2:6])


def test_thumbs_lie_where_the_reference_puts_them(pair: Pair) -> None:
    for server in (pair.reference, pair.fastcms):
        path = pair.paths["turn5.jpg"]
        assert server.request("GET", f"{path}?thumb=50x0").status == 200
        record, name = path.split("/")[-2:]
        (folder,) = (server.directory / "storage").glob(f"*/{record}/thumbs_{name}")
        assert (folder / f"50x0_{name}").is_file()
        assert (folder / f"50x0_{name}.attrs").is_file()
