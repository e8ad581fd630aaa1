"""Bundles the dashboard's libraries into `fastcms/admin/static/vendor`.

Needs npm. The lock file says which versions; `versions.json` beside the bundles says what is in
them and holds their hashes, which the tests compare.
"""

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path
from shutil import copy

SOURCE = Path(__file__).parent / "vendor"
TARGET = Path(__file__).parent.parent / "fastcms" / "admin" / "static" / "vendor"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for file in SOURCE.iterdir():
            if file.is_file():
                copy(file, work)
        run(work, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
        entries = sorted(path.name for path in SOURCE.iterdir() if path.suffix in (".mjs", ".css"))
        TARGET.mkdir(exist_ok=True)
        run(
            work,
            "node_modules/.bin/esbuild",
            *entries,
            "--bundle",
            "--format=esm",
            "--minify",
            "--target=es2022",
            "--legal-comments=none",
            "--alias:style-mod=./style_mod.js",
            "--loader:.png=dataurl",
            f"--outdir={TARGET.resolve()}",
        )
        lock = json.loads((work / "package-lock.json").read_text())
        packages = {
            path.removeprefix("node_modules/"): known
            for path, known in lock["packages"].items()
            if path and not known.get("dev")
        }
        licences = "\n\n".join(
            f"{package} {known['version']} ({known['license']})\n\n{licence(work, package)}"
            for package, known in sorted(packages.items())
        )
    (TARGET / "LICENSES.txt").write_text(licences)
    versions = {
        "packages": {package: known["version"] for package, known in sorted(packages.items())},
        "sha256": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(TARGET.iterdir())
            if path.suffix in (".js", ".css")
        },
    }
    (TARGET / "versions.json").write_text(json.dumps(versions, indent=2) + "\n")


def licence(work: Path, package: str) -> str:
    """The text that its authors ask to be shown."""
    texts = sorted((work / "node_modules" / package).glob("LICENSE*"))
    if not texts:
        raise SystemExit(f"{package} brings no licence")
    return texts[0].read_text().strip()


def run(work: Path, *command: str) -> None:
    subprocess.run(command, cwd=work, check=True)


if __name__ == "__main__":
    main()
