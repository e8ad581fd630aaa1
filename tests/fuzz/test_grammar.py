"""No text does anything to the filter language but be refused or become a query.

10,000 texts, the same in every run; `FASTCMS_FUZZ_TEXTS=50000` asks for that many.
"""

import faulthandler
import os
import resource
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from fastcms.filters import FilterError, build
from tests.filters.sample import GUEST, POSTS, SCHEMA, USER
from tests.fuzz import grammar
from tests.parity import seed
from tests.servers import Kind, Server

TEXTS = int(os.environ.get("FASTCMS_FUZZ_TEXTS", "10000"))
SEED = 5
# As long as a client's filter may be, and as only a superuser's rule can be.
FILTER, RULE = 3_000, 1_000_000
MOST_GROWTH = 150_000_000  # bytes
HANG = 120  # seconds


def peak() -> int:
    """The most memory that this process ever had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def fault(text: str, place: str, seconds: float) -> str:
    """What the text did in that place beyond being refused or understood: nothing, one hopes.

    `seconds` are of this thread's own work, so that a busy machine is no fault.
    """
    shown = f"{place} {text[:200]!r} of {len(text)}"
    # What never ends takes the test's process down and shows where it was.
    faulthandler.dump_traceback_later(HANG, exit=True)
    began = time.thread_time()
    try:
        query = build(SCHEMA, POSTS, trusted=True, **{place: text})  # type: ignore[arg-type]
        for caller in (GUEST, USER):
            query.bind(caller)
    except FilterError:
        pass
    except Exception as error:  # noqa: BLE001 - any of them is what we look for
        return f"{shown}: {type(error).__name__} {str(error)[:200]}"
    finally:
        faulthandler.cancel_dump_traceback_later()
    took = time.thread_time() - began
    return f"{shown}: {took:.1f} s" if took > seconds else ""


def faults(texts: Iterable[str], seconds: float) -> list[str]:
    found = []
    for text in texts:
        found += [fault(text, "filter", seconds), fault(text, "rule", seconds)]
        # A sort comes out of a URL, where no half of a surrogate pair survives.
        found.append(fault(text.encode(errors="replace").decode(), "sort", seconds))
    return [one for one in found if one]


def test_texts_are_refused_or_understood() -> None:
    assert faults(grammar.texts(TEXTS, SEED, grammar.SAMPLE), 1.0) == []


def test_texts_as_long_as_a_filter_may_be() -> None:
    assert faults(grammar.large(FILTER), 1.0) == []


def test_texts_of_a_megabyte() -> None:
    before = peak()
    # A tenth of a second on a quiet machine.
    found = [fault(text, "rule", 2.0) for text in grammar.large(RULE)]
    assert [one for one in found if one] == []
    assert peak() - before < MOST_GROWTH


def test_texts_over_http(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    made = seed.build(tmp_path / "seed" / "pb_data")
    shutil.copytree(made.directory, directory)
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        for text in (*grammar.texts(300, SEED, grammar.LAB), *grammar.large(FILTER)):
            known = text.encode(errors="replace").decode()
            for who in ("guest", "superuser"):
                headers = {"Authorization": made.tokens[who]} if who != "guest" else {}
                for place in ("filter", "sort"):
                    path = f"/api/collections/lab_works/records?{urlencode({place: known})}"
                    answer = server.request("GET", path, headers=headers, timeout=10)
                    assert answer.status in (200, 400, 403), (text, place, who, answer)
