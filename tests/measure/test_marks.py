import pytest

from tests.measure.sitecustomize import marked

_SAMPLE = '''\
"""A docstring."""  #!
from __future__ import annotations  #!
import functools  #!

@functools.cache  #!
@functools.lru_cache(4)  #!
def asked(n: int) -> str:  #!
    """Another docstring."""  #!
    if n == 1:  #!
        return "one"
    elif n == 2:  #!
        text = (  #!
            "two"
        )
    else:
        text = "many"
    match n:  #!
        case 1:
            text = "one"
        case 2:  #!
            return text  #!
    return "never"

class Held:  #!
    value: int = 1  #!
    async def method(self):  #!
        async with self:
            pass

try:  #!
    with open(__file__ + "/") as never:  #!
        never.read()
except KeyError:
    pass
except OSError:  #!
    for _ in range(2): last = asked(2)  #!
    while False:  #!
        pass
    else:
        last += "!"  #!
finally:
    last += "?"  #!
'''


def test_marks_are_of_the_lines_that_run() -> None:
    marks = bytearray(100)
    run = {"__file__": __file__, "__marks__": marks}
    exec(compile(marked(_SAMPLE.encode(), 10), "sample", "exec"), run)
    assert run["last"] == "two!?"
    lines = enumerate(_SAMPLE.splitlines(), start=1)
    assert {n for n, mark in enumerate(marks, start=-10) if mark} == {
        n for n, line in lines if line.endswith("#!")
    }
    assert run["asked"].__doc__ == "Another docstring."


def test_the_lines_of_errors_stay_what_they_are() -> None:
    code = compile(marked(b"x = 1\n\nx.y\n", 0), "sample", "exec")
    with pytest.raises(AttributeError) as caught:
        exec(code, {"__marks__": bytearray(9)})
    assert caught.traceback[-1].lineno == 3 - 1
