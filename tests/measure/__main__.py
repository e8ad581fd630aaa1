"""`python -m tests.measure ARGUMENTS`: pytest with its arguments, and then the lines that it left.

Leaves the data in `.coverage`, where `coverage html` and the like find it.
"""

import marshal
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import coverage

from tests.measure import sitecustomize

_ROOT = Path(__file__).parents[2]
_MEASURED = ("fastcms", "cli/fastcms_cli")


def _main() -> int:
    files = [file for folder in _MEASURED for file in sorted((_ROOT / folder).rglob("*.py"))]
    lines = {str(file): len(file.read_bytes().splitlines()) + 1 for file in files}
    places: dict[str, int] = {}
    end = 0
    for file, count in lines.items():
        places[file] = end
        end += count
    with TemporaryDirectory(prefix="measured-") as name:
        folder = Path(name)
        (folder / sitecustomize.PLACES).write_bytes(marshal.dumps(places))
        (folder / sitecustomize.MARKS).write_bytes(bytes(end))
        sys.dont_write_bytecode = False
        for file, place in places.items():
            sitecustomize.Loader("", file, place, name).get_code("")
        environment = {
            **os.environ,
            # Containers like to set it: then hundreds of processes would compile all they load.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *_given("PYTHONPATH")]),
            sitecustomize.FOLDER: name,
        }
        tests = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        status = subprocess.run(tests, cwd=_ROOT, env=environment).returncode
        marks = (folder / sitecustomize.MARKS).read_bytes()
    ran = {
        file: [line for line in range(lines[file]) if marks[place + line]]
        for file, place in places.items()
    }
    return _report(ran) or status


def _given(variable: str) -> list[str]:
    return [os.environ[variable]] if variable in os.environ else []


def _report(ran: dict[str, list[int]]) -> int:
    """Prints what did not run; 2 when that is too much."""
    measured = coverage.Coverage(config_file=str(_ROOT / "pyproject.toml"))
    measured.erase()
    measured.get_data().add_lines(ran)
    total = measured.report()
    measured.save()
    wanted = float(measured.get_option("report:fail_under") or 0)
    if total < wanted:
        print(f"The tests run {total:.2f} % of the lines, less than {wanted} %.")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(_main())
