"""`python -m tests.benchmarks.thumbs`: thumbs of photographs of 12 megapixels, by both servers.

Each gets the same uploads and is asked for thumbs in turn; shown is the median time of a request in
milliseconds. The first image of all also starts our image process. `together` is the time until
eight clients have the first thumbs of eight images, divided by eight.
"""

from __future__ import annotations

import argparse
import io
import statistics
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from tests.servers import Kind, Server, add_superuser

FIELD = {"type": "file", "name": "image", "maxSize": 60 << 20, "thumbs": ["1200x0", "50x50"]}
COLLECTION = {"name": "images", "type": "base", "viewRule": "", "createRule": "", "fields": [FIELD]}
TOGETHER = 8


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.thumbs")
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    rounds = parser.parse_args().rounds
    taken: dict[str, dict[Kind, list[float]]] = defaultdict(lambda: defaultdict(list))
    jpeg, png = _photograph("JPEG", quality=90), _photograph("PNG", compress_level=1)
    with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
        for kind in Kind:
            directory = Path(folder, kind, "pb_data")
            add_superuser(kind, directory)
            with Server(kind, directory) as server:
                token = server.superuser_token()
                server.expect("POST", "/api/collections", token=token, json_body=COLLECTION)
                _measure(server, jpeg, png, rounds, taken)
    print(f"median of {rounds}, milliseconds\n")
    print(f"| {'thumb':34} | reference | FastCMS | times faster |")
    print(f"|{'-' * 36}|----------:|--------:|-------------:|")
    for name, by_kind in taken.items():
        reference, ours = (statistics.median(by_kind[kind]) for kind in Kind)
        print(f"| {name:34} | {reference:9.1f} | {ours:7.1f} | {reference / ours:12.1f} |")


def _measure(
    server: Server,
    jpeg: bytes,
    png: bytes,
    rounds: int,
    taken: dict[str, dict[Kind, list[float]]],
) -> None:
    def note(name: str, *paths: str) -> None:
        with ThreadPoolExecutor(len(paths)) as clients:
            begin = time.perf_counter()
            answers = list(clients.map(lambda path: server.request("GET", path), paths))
            spent = (time.perf_counter() - begin) / len(paths)
        assert all("x" in answer.headers["content-disposition"] for answer in answers)
        taken[name][server.kind].append(spent * 1000)

    note("100x100 of the first JPEG of all", f"{_upload(server, jpeg)}?thumb=100x100")
    for _ in range(rounds):
        path = _upload(server, jpeg)
        note("100x100 of a JPEG", f"{path}?thumb=100x100")
        note("1200x0 of a JPEG", f"{path}?thumb=1200x0")
        note("100x100 of a JPEG, again", f"{path}?thumb=100x100")
        note("100x100 of a PNG", f"{_upload(server, png)}?thumb=100x100")
        several = [f"{_upload(server, jpeg)}?thumb=100x100" for _ in range(TOGETHER)]
        note("100x100 of 8 JPEGs together, each", *several)


def _photograph(format_: str, **options: int) -> bytes:
    """12 megapixels with the detail of a photograph, about 5 MB as a JPEG."""
    grain = Image.effect_noise((1000, 750), 60).resize((4000, 3000), Image.Resampling.BICUBIC)
    fine = Image.effect_noise((4000, 3000), 16)
    sky = Image.linear_gradient("L").resize((4000, 3000))
    made = io.BytesIO()
    Image.merge("RGB", (grain, fine, sky)).save(made, format_, **options)
    return made.getvalue()


def _upload(server: Server, content: bytes) -> str:
    """The path of the file."""
    head = b'--part\r\nContent-Disposition: form-data; name="image"; filename="photo"\r\n\r\n'
    answer = server.request(
        "POST",
        "/api/collections/images/records",
        headers={"Content-Type": "multipart/form-data; boundary=part"},
        body=head + content + b"\r\n--part--\r\n",
    )
    record = answer.json()
    return f"/api/files/images/{record['id']}/{record['image']}"


if __name__ == "__main__":
    main()
