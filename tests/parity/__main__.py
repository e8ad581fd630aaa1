"""`python -m tests.parity [--against KIND] [--workers N] [--show] [TABLE …]`: differences, quickly.

The same as the tests, with all tables (or the named ones) one after the other and every
difference printed, also those that docs/differences.md excuses.
"""

import argparse
import tempfile
from pathlib import Path

from tests.parity import seed
from tests.parity.differences import DIFFERENCES
from tests.parity.play import play_beside
from tests.parity.tables import TABLES
from tests.servers import Kind


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.parity")
    arguments.add_argument("--against", type=Kind, default=Kind.FASTCMS, choices=list(Kind))
    arguments.add_argument("--workers", type=int)
    arguments.add_argument("--show", action="store_true", help="print the reference's answers")
    arguments.add_argument("tables", nargs="*", metavar="TABLE", default=list(TABLES))
    chosen = arguments.parse_args()
    rows = unequal = 0
    with tempfile.TemporaryDirectory() as place:
        base = seed.build(Path(place, "seed", "pb_data"))
        for table in chosen.tables:
            others = [(chosen.against, chosen.workers)]
            played = play_beside(table, TABLES[table], base, Path(place, table), others)
            for row, expected, (found,) in played:
                rows += 1
                if chosen.show:
                    print(f"{table}/{row.name}: {expected.answer.status} {expected.body}")
                for mismatch in found:
                    excuse = [known.id for known in DIFFERENCES if known.covers(mismatch)]
                    print(mismatch, *excuse)
                unequal += bool(found)
    print(f"{rows} rows, {unequal} differ")
    return 1 if unequal else 0


if __name__ == "__main__":
    raise SystemExit(main())
