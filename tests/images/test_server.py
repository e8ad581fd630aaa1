"""Images through a server of two processes: transformations, uploads, harm."""

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from tests.images import samples
from tests.images.samples import encoded, jpeg, picture
from tests.servers import Answer, Kind, Server, add_superuser

PHOTOGRAPH = jpeg(400, 300, turn=6)
FIELDS = (
    {"name": "plain", "thumbs": ["50x50"]},
    {"name": "free", "transform": True, "maxSelect": 99},
    {"name": "closed", "transform": True, "protected": True},
    {"name": "clean", "stripMetadata": True},
    {"name": "small", "optimize": "lossy"},
)


class Site:
    """A server with a collection of images."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.token = server.superuser_token()
        fields = [{"type": "file", "maxSize": 9 << 20, **field} for field in FIELDS]
        collection = {"name": "images", "type": "base", "viewRule": None, "fields": fields}
        server.expect("POST", "/api/collections", token=self.token, json_body=collection)

    def upload(self, field: str, content: bytes, name: str = "photo.jpg") -> Answer:
        head = (
            f'--part\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        )
        return self.server.request(
            "POST",
            "/api/collections/images/records",
            headers={
                "Authorization": self.token,
                "Content-Type": "multipart/form-data; boundary=part",
            },
            body=head.encode() + content + b"\r\n--part--\r\n",
        )

    def path(self, field: str, content: bytes, name: str = "photo.jpg") -> str:
        answer = self.upload(field, content, name)
        assert answer.status == 200, answer.body
        record = answer.json()
        stored = record[field][0] if isinstance(record[field], list) else record[field]
        return f"/api/files/images/{record['id']}/{stored}"

    def get(self, path: str, query: str = "") -> Answer:
        return self.server.request("GET", f"{path}?{query}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("site") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        yield Site(server)
        assert "Traceback" not in server.output


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("query", "type_", "size", "ending"),
    [
        ("w=150", "image/jpeg", (150, 200), ".jpg"),
        ("h=100&format=webp&quality=50", "image/webp", (75, 100), ".webp"),
        ("w=60&h=60&fit=crop&format=png", "image/png", (60, 60), ".png"),
        ("w=80&h=50&fit=fill&format=avif", "image/avif", (80, 50), ".avif"),
        ("format=jpeg", "image/jpeg", (300, 400), ".jpg"),
    ],
)
def test_transformations(
    site: Site, query: str, type_: str, size: tuple[int, int], ending: str
) -> None:
    path = site.path("free", PHOTOGRAPH)
    answer = site.get(path, query)
    assert (answer.status, answer.headers["content-type"]) == (200, type_)
    assert opened(answer.body).size == size
    name = path.rpartition("/")[2].removesuffix(".jpg") + ending
    assert answer.headers["content-disposition"].endswith(f'; filename="{name}"')
    again = site.server.request(
        "GET", f"{path}?{query}", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status == 304


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        ("w=0", {"w": "validation_invalid_number"}),
        ("w=1.5&h=99999", {"w": "validation_invalid_number", "h": "validation_invalid_number"}),
        ("fit=crop&w=10", {"h": "validation_required"}),
        ("fit=cover&w=10", {"fit": "validation_in_invalid"}),
        ("format=tiff", {"format": "validation_in_invalid"}),
        ("quality=1000", {"quality": "validation_invalid_number"}),
        ("w=10&thumb=100x100", {"thumb": "validation_not_together"}),
        ("w=%00", {"w": "validation_invalid_number"}),
    ],
)
def test_wrong_parameters_are_named(site: Site, query: str, problems: dict[str, str]) -> None:
    answer = site.get(site.path("free", PHOTOGRAPH), query)
    assert answer.status == 400
    body = answer.json()
    assert {key: problem["code"] for key, problem in body["data"].items()} == problems
    assert body["status"] == 400


def test_only_images_are_transformed(site: Site) -> None:
    for content, name in ((b"a text", "a.txt"), (PHOTOGRAPH[:2000], "half.jpg")):
        answer = site.get(site.path("free", content, name), "w=100")
        assert answer.status == 400
        assert "transformed" in answer.json()["message"]


def test_access_is_that_of_the_file(site: Site) -> None:
    path = site.path("closed", PHOTOGRAPH)
    for query in ("", "w=10", "thumb=100x100", "w=x"):
        assert site.get(path, query).status == 404
    token = site.server.expect("POST", "/api/files/token", token=site.token)["token"]
    assert site.get(path, f"w=10&token={token}").status == 200
    assert site.get(path, "w=10").status == 404


def test_a_field_that_does_not_say_so_transforms_nothing(site: Site) -> None:
    path = site.path("plain", PHOTOGRAPH)
    assert site.get(path, "w=10&format=webp").body == PHOTOGRAPH


def test_options_are_shown_where_they_are_set(site: Site) -> None:
    path = "/api/collections/images"
    fields = site.server.expect("GET", path, token=site.token)["fields"]
    shown = {field["name"]: field for field in fields if field["type"] == "file"}
    options = {"transform", "stripMetadata", "optimize"}
    for field in FIELDS:
        name = str(field["name"])
        assert options & set(shown[name]) == options & set(field)
    fields[-1]["optimize"] = "much"
    answer = site.server.send("PATCH", path, token=site.token, json_body={"fields": fields})
    assert (answer.status, b"validation_in_invalid" in answer.body) == (400, True)


def test_a_crowd_gets_one_thumb(site: Site) -> None:
    path = site.path("plain", jpeg(2000, 1500))
    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda _: site.get(path, "thumb=100x100"), range(32)))
    assert {answer.status for answer in answers} == {200}
    assert len({(answer.body, answer.headers["etag"]) for answer in answers}) == 1


def test_a_record_takes_along_what_was_made_of_its_files(site: Site) -> None:
    path = site.path("free", PHOTOGRAPH)
    for query in ("thumb=100x100", "w=10", "format=webp"):
        assert site.get(path, query).status == 200
    record = path.split("/")[-2]
    storage = site.server.directory / "storage"
    assert len(list(storage.glob(f"*/{record}/thumbs_*/*"))) == 6
    site.server.expect("DELETE", f"/api/collections/images/records/{record}", token=site.token)
    for query in ("", "thumb=100x100", "w=10", "format=webp"):
        assert site.get(path, query).status == 404


HARMFUL: dict[str, bytes] = {
    "a bomb of pixels": samples.png_of(20_000, 20_000),
    "a bomb of text": samples.text_bomb(),
    "a JPEG without its pixels": samples.jpeg_claiming(14_000, 14_000),
    "a JPEG of 4 gigapixels": samples.jpeg_claiming(65_000, 65_000),
    "a GIF without its pixels": samples.gif_claiming(60_000, 60_000),
    "a WebP without its pixels": samples.webp_claiming(16_000, 16_000),
    "many frames": samples.gif_claiming(1, 1, frames=50_000),
    "half of it": PHOTOGRAPH[: len(PHOTOGRAPH) // 2],
    "only its head": PHOTOGRAPH[:30],
    "zeros behind the head": PHOTOGRAPH[:700] + bytes(5000),
}


@pytest.mark.parametrize("what", HARMFUL)
def test_harmful_images_harm_nobody(site: Site, what: str) -> None:
    content = HARMFUL[what]
    path = site.path("free", content, "image.png")
    thumb = site.get(path, "thumb=100x100")
    assert thumb.status == 200
    assert thumb.body == content or opened(thumb.body).size == (100, 100)
    assert site.get(path, "w=100&format=webp").status in {200, 400}
    for field in ("clean", "small"):
        assert site.upload(field, content, "image.png").status in {200, 400}
    assert site.server.request("GET", "/api/health").status == 200


def test_an_upload_without_its_metadata(site: Site) -> None:
    for format_, turn in (("JPEG", 6), ("PNG", 6), ("WEBP", 6), ("GIF", 1), ("AVIF", 1)):
        path = site.path("clean", samples.located(format_, turn), f"photo.{format_.lower()}")
        kept = site.get(path)
        assert b"GPS-SECRET" not in kept.body
        assert opened(kept.body).format == format_
        stored = site.server.directory / "storage"
        assert not [
            file
            for file in stored.rglob("*")
            if file.is_file() and b"GPS-SECRET" in file.read_bytes()
        ]


def test_an_image_that_may_tell_more_is_refused(site: Site) -> None:
    tiff, heic = encoded(picture(60, 40), "TIFF"), b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99)
    for content in (PHOTOGRAPH[:2000], tiff, heic):
        answer = site.upload("clean", content)
        assert answer.status == 400
        problem = answer.json()["data"]["clean"]
        assert problem["code"] == "validation_invalid_image"
        assert problem["message"].startswith("Failed to upload photo.jpg - the metadata")
    assert site.path("clean", b"a text", "a.txt")


def test_an_upload_in_fewer_bytes(site: Site) -> None:
    content = encoded(picture(300, 200), "PNG", compress_level=0)
    kept = site.get(site.path("small", content, "a.png"))
    assert len(kept.body) < len(content) / 2
    assert opened(kept.body).tobytes() == opened(content).tobytes()


def test_updates_and_several_files(site: Site) -> None:
    path = site.path("clean", samples.located("JPEG"))
    record = path.split("/")[-2]
    head = '--part\r\nContent-Disposition: form-data; name="{}"; filename="x.jpg"\r\n\r\n'
    body = b"".join(
        head.format(field).encode() + samples.located("JPEG") + b"\r\n"
        for field in ("clean", "free", "free")
    )
    answer = site.server.request(
        "PATCH",
        f"/api/collections/images/records/{record}",
        headers={"Authorization": site.token, "Content-Type": "multipart/form-data; boundary=part"},
        body=body + b"--part--\r\n",
    )
    changed = json.loads(answer.body)
    folder = path.rpartition("/")[0]
    told: dict[str, Any] = {
        name: b"GPS-SECRET" in site.get(f"{folder}/{name}").body
        for name in (changed["clean"], *changed["free"])
    }
    assert list(told.values()) == [False, True, True]
