"""Running wrk, the load generator, for one scenario."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.scenarios import Scenario
from tests.benchmarks.seed import USER_AGENT

# wrk's own summary rounds; this one is read by the machine. Latencies are microseconds.
SCRIPT = """
local exactly, of, step = {exactly}, {of}, {step}
local method, path, body = {method}, {path}, {body}
local headers = {headers}
local sent, answered, offset = 0, 0, {offset}
local vary_path, vary_body = {vary_path}, {vary_body}

function init() math.randomseed(offset) end

function request()
  sent = sent + 1
  local p, b = path, body
  if vary_path then p = string.format(path, math.random(0, of - 1) * step) end
  if vary_body then b = string.format(body, offset + sent) end
  return wrk.format(method, p, headers, b)
end

if exactly > 0 then
  function response()
    answered = answered + 1
    if answered == exactly then io.stdout:write("enough\\n") io.stdout:flush() end
  end
end

function done(summary, latency)
  local e = summary.errors
  io.stdout:write(string.format(
    'result {{"requests": %d, "seconds": %f, "p50": %d, "p99": %d, "wrong_status": %d, '
    .. '"socket_errors": %d}}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw; latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def find() -> str:
    """Path of the program, or exit."""
    program = shutil.which("wrk")
    if program is None:
        sys.exit("The benchmark needs wrk (Debian: apt install wrk, macOS: brew install wrk).")
    return program


def load(
    scenario: Scenario, port: int, token: str, *, seconds: int, connections: int, offset: int
) -> Load:
    """Load one server; exits if a single answer was not a success.

    `offset` makes the numbers in bodies differ from those of earlier runs.
    """
    limit = 120 if scenario.exactly else seconds
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "scenario.lua")
        script.write_text(_script(scenario, token, offset))
        command = [find(), "--threads=1", f"--connections={connections}", f"--duration={limit}s"]
        command += ["--timeout=60s", f"--script={script}", f"http://127.0.0.1:{port}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as wrk:
            assert wrk.stdout is not None
            output = []
            for line in wrk.stdout:
                if line == "enough\n":
                    wrk.send_signal(signal.SIGINT)  # ends the run now, with a summary
                output.append(line)
    results = [line for line in output if line.startswith("result ")]
    if not results:
        sys.exit(f"wrk failed on {scenario.name}:\n{''.join(output)}")
    result = json.loads(results[0].removeprefix("result "))
    if result["wrong_status"] or result["socket_errors"] or not result["requests"]:
        sys.exit(f"{scenario.name}: not every request succeeded:\n{''.join(output)}")
    return Load(
        requests=result["requests"],
        seconds=result["seconds"],
        p50=result["p50"] / 1000,
        p99=result["p99"] / 1000,
    )


def _script(scenario: Scenario, token: str, offset: int) -> str:
    headers = {"User-Agent": USER_AGENT}
    if scenario.body:
        headers["Content-Type"] = "application/json"
    if scenario.signed_in:
        headers["Authorization"] = token
    table = ", ".join(f"[{_lua(name)}] = {_lua(value)}" for name, value in headers.items())
    vary_path = scenario.of > 1
    return SCRIPT.format(
        exactly=scenario.exactly,
        of=scenario.of,
        step=scenario.step,
        method=_lua(scenario.method),
        path=_lua(scenario.path if vary_path else scenario.path.replace("%%", "%")),
        body=_lua(scenario.body),
        headers="{" + table + "}",
        offset=offset,
        vary_path=_lua(vary_path),
        vary_body=_lua("%d" in scenario.body),
    )


def _lua(value: str | bool) -> str:
    # JSON's escapes for the characters in use here are Lua's too.
    return json.dumps(value)
