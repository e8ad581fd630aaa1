"""One holder at a time, whichever process it is in, and what others learn of it."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fastcms import backup_lock
from fastcms.backup_lock import BusyError, Progress

_HOLDER = """
import sys
from pathlib import Path
from fastcms import backup_lock

with backup_lock.hold(Path(sys.argv[1]), "backup", "x.zip") as hold:
    hold.tell("zip", 1, 2)
    print("held", flush=True)
    sys.stdin.read()
"""


def test_nobody_holds_it_at_first(tmp_path: Path) -> None:
    assert backup_lock.free(tmp_path)
    assert backup_lock.progress(tmp_path) is None


def test_a_holder_excludes_others_of_its_process(tmp_path: Path) -> None:
    with backup_lock.hold(tmp_path, "backup", "x.zip"):
        assert not backup_lock.free(tmp_path)
        with pytest.raises(BusyError), backup_lock.hold(tmp_path, "restore", "y.zip"):
            pass
        assert not backup_lock.free(tmp_path)
    assert backup_lock.free(tmp_path)
    assert backup_lock.progress(tmp_path) is None


def test_a_holder_in_another_process_frees_it_however_it_ends(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert not backup_lock.free(tmp_path)
        found = backup_lock.progress(tmp_path)
        assert found is not None
        assert found == Progress("backup", "x.zip", "zip", 1, 2, found.started)
        with pytest.raises(BusyError), backup_lock.hold(tmp_path, "backup", "y.zip"):
            pass
        holder.kill()
        holder.wait()
        assert backup_lock.free(tmp_path)
        assert backup_lock.progress(tmp_path) is None
        with backup_lock.hold(tmp_path, "backup", "y.zip"):
            assert not backup_lock.free(tmp_path)


def test_who_asks_is_in_nobodys_way(tmp_path: Path) -> None:
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            backup_lock.free(tmp_path)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        for _ in range(300):
            with backup_lock.hold(tmp_path, "backup", "x.zip"):
                assert not backup_lock.free(tmp_path)
    finally:
        over.set()
        for asker in askers:
            asker.join()
