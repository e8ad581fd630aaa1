"""Names of stored files, whatever the client calls them; parity has a table of examples."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from fastcms.files.names import base_name, stored_name

# What may be a segment of a path and of an address, on any system, without being encoded.
_HARMLESS = re.compile(r"[a-z0-9_]+_[a-z0-9]{10}(\.[\w.*\-+=#]{1,20})?", re.ASCII)


@given(st.text(max_size=400), st.sampled_from(["", ".txt", ".tar.gz"]))
@example("../../etc/passwd", "")
@example("..\\..\\windows", "")
@example("a\0b.txt", "")
@example("CON.", ".txt")
@example("\ud800.txt", "")
@example("." * 300, "")
def test_any_name_becomes_a_harmless_one(client_name: str, extension: str) -> None:
    name = stored_name(client_name, extension)
    assert _HARMLESS.fullmatch(name), name
    assert len(name) <= 132
    assert not name.startswith(".")
    assert len(name.partition("_")[0] + name) > 11


@given(st.text(max_size=60))
def test_names_are_never_the_same_twice(client_name: str) -> None:
    assert stored_name(client_name, "") != stored_name(client_name, "")


@given(st.text(max_size=400))
def test_a_base_name_has_no_folder_and_an_end(client_name: str) -> None:
    name = base_name(client_name)
    assert "/" not in name
    assert len(name.encode("utf-8", "replace")) <= 300
