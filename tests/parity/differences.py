"""The only answers that may differ from the reference, told to people in docs/differences.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.parity.compare import Mismatch


@dataclass(frozen=True, slots=True)
class Difference:
    """A deliberate difference.

    id: the heading of its entry in docs/differences.md.
    rows: `TABLE/ROW NAME` of the rows that show it, shell wildcards allowed; empty when no
      request of the tables can show it.
    parts: what differs in them, as in `Mismatch.part`, shell wildcards allowed.
    """

    id: str
    rows: Sequence[str] = ()
    parts: Sequence[str] = ()

    def covers(self, mismatch: Mismatch) -> bool:
        return any(fnmatchcase(mismatch.row, row) for row in self.rows) and any(
            fnmatchcase(mismatch.part, part) for part in self.parts
        )


DIFFERENCES: tuple[Difference, ...] = ()
