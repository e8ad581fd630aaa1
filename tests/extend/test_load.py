"""What a load of the folder holds against what its files say."""

from hashlib import sha256
from pathlib import Path

from fastcms.extend.load import load

FUNCTION = """
from fastcms import on

@on.record_create("posts")
async def {}(event):
    await event.next()
"""


def test_a_file_that_is_saved_while_it_is_loaded(tmp_path: Path) -> None:
    # The digest is of what runs: with another one the file would be loaded once more, and its
    # functions would be counted anew.
    file = tmp_path / "posts.py"
    file.write_text("")

    def save(file: Path) -> None:
        file.write_text(FUNCTION.format("late"))

    loaded = load(tmp_path, begins=save)
    (registered,) = loaded.registries[file].all
    assert registered.item.function.__name__ == "late"
    assert loaded.sources == {file: sha256(file.read_bytes()).digest()}
