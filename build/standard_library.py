"""What of Python's standard library is in the executable: all that code of users may import."""

from __future__ import annotations

import sys
from importlib.util import find_spec

LEFT_OUT = frozenset(
    {
        # Desktop windows: Tcl and Tk would be a tenth of the executable.
        "_tkinter", "idlelib", "tkinter", "turtle", "turtledemo",
        # Tests of Python itself.
        "_ctypes_test", "_testbuffer", "_testcapi", "_testclinic", "_testimportmultiple",
        "_testinternalcapi", "_testmultiphase", "_testsinglephase", "_xxtestfuzz", "test",
        "xxlimited", "xxlimited_35", "xxsubtype",
        # Gone from later Pythons; `nis` alone would bring in four libraries.
        "distutils", "lib2to3", "nis",
        # Opens a browser when it is imported.
        "antigravity",
    }
)  # fmt: skip


def wanted() -> list[str]:
    """The modules of this system's Python that go in, by their first names."""
    names = sys.stdlib_module_names - LEFT_OUT
    return sorted(name for name in names if find_spec(name) is not None)
