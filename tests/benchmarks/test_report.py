"""The report compares what it should; the measuring itself needs wrk and is not tested here."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.benchmarks import process_tree, report, scenarios
from tests.benchmarks.report import Figures

VIEW = next(s for s in scenarios.SCENARIOS if s.name == "view")


def figures(rate: float, cpu: float) -> Figures:
    return Figures(rate=[rate, rate, 1], p50=[1], p99=[2], cpu=[cpu], later=[0], rss=[50], pss=[40])


@pytest.mark.parametrize(
    ("rate", "cpu", "verdicts"),
    [
        (200, 30, ["met", "met"]),
        (200, 33.4, ["met", "met"]),
        (200, 34, ["MISSED", "met"]),
        (199, 30, ["met", "MISSED"]),
    ],
)
def test_goals_are_ratios_to_the_reference(rate: float, cpu: float, verdicts: list[str]) -> None:
    results = {"view": {"reference": figures(100, 100), "fastcms": figures(rate, cpu)}}
    text = report.goals([VIEW], results, {})
    assert [line.split()[-1] for line in text.splitlines()[2:]] == verdicts


@pytest.mark.parametrize(("milliseconds", "verdict"), [(15, "met"), (16, "MISSED")])
def test_figures_of_one_number_have_goals_too(milliseconds: int, verdict: str) -> None:
    found = {"fan-out p95": {"reference": [30.0, 31, 90], "fastcms": [float(milliseconds)]}}
    assert report.goals([], {}, found).split()[-1] == verdict


def test_the_table_shows_medians_and_their_ratio_to_the_first_server() -> None:
    results = {"view": {"reference": figures(1000, 100), "fastcms": figures(2500, 25)}}
    _, _, base, other = report.load_table(results).splitlines()
    assert base.split()[:3] == ["view", "reference", "1,000"]
    assert other.split()[:3] == ["fastcms", "2,500", "(2.50x)"]
    assert "25 (0.25x)" in other


def test_a_tree_includes_the_processes_that_it_started() -> None:
    script = (
        "import subprocess, sys\n"
        "child = [sys.executable, '-c', 'print(1, flush=True); input()']\n"
        "subprocess.run(child)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdin is not None
        parent.stdout.readline()  # the child runs
        both = process_tree.memory(parent.pid)
        parent.stdin.write(b"\n")
    alone = process_tree.memory(os.getpid())
    assert both.rss > 10_000_000  # two interpreters
    assert 0 < both.pss <= both.rss
    assert alone.rss > 0
    assert process_tree.cpu_seconds(os.getpid()) > 0
