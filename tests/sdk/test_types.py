"""The made TypeScript, with the official client, under the strictest compiler."""

import re
import shutil
import subprocess
from pathlib import Path

from fastcms.typegen.typescript import typescript
from tests.typegen import sample

_SAMPLES = Path(__file__).parent / "types.ts"


def test_types_compile_with_the_official_client(sdk: Path, tmp_path: Path) -> None:
    directory = tmp_path / "app" / "pb_data"
    sample.build(directory)
    for name in ("records.ts", "all.ts"):
        arguments = ["--superuser"] if name == "all.ts" else []
        sample.fastcms(directory, "types", "--ts", "--out", str(tmp_path / name), *arguments)
    hostile = typescript(sample.hostile_schema(), superuser=False)
    (tmp_path / "hostile.ts").write_text(hostile)
    # The examples of the page, put together.
    page = (Path(__file__).parents[2] / "docs" / "types.md").read_text("utf-8")
    (tmp_path / "page.ts").write_text("\n".join(re.findall(r"```ts\n(.*?)```", page, re.DOTALL)))
    shutil.copy(_SAMPLES, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    modules = next(parent for parent in sdk.parents if parent.name == "node_modules")
    (tmp_path / "node_modules").symlink_to(modules, target_is_directory=True)

    options = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"]
    options += ["--noEmit", "--module", "nodenext", "--target", "es2022", "--types", ""]
    compiler = ["node", str(modules / "typescript" / "bin" / "tsc"), *options]
    done = subprocess.run(
        [*compiler, "types.ts", "all.ts", "hostile.ts", "page.ts"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
