"""Make dist/fastcms, the one-file executable, with PyInstaller."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    # A work path of its own: PyInstaller's default would be build/fastcms, among tracked files.
    command = [sys.executable, "-m", "PyInstaller", "fastcms.spec", "--noconfirm"]
    command += ["--log-level=WARN", "--workpath=.cache/pyinstaller", "--distpath=dist"]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
    made = next((ROOT / "dist").glob("fastcms*"))
    print(f"{made.relative_to(ROOT)}: {made.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
