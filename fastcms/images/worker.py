"""An image process: reads jobs from its standard input and answers on its standard output.

It decodes what strangers have sent, so it has nothing: no database, no network to speak of, no
secrets in its environment, little memory, and nobody waits for it longer than for a job.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import warnings
from typing import BinaryIO

from fastcms.images.jobs import JOB_SECONDS, Job
from fastcms.images.paint import work
from fastcms.images.source import Unfit, prepare

try:
    import resource
except ImportError:  # pragma: no cover (Windows has none: there the time limit alone holds)
    resource = None  # type: ignore[assignment]

# The largest image that is decoded takes 200 MB, and its decoder keeps up to four copies.
MEMORY = 1 << 30


def main() -> None:
    """Answers jobs until the other side closes or goes away."""
    # A Ctrl-C is the server's to act on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    jobs = sys.stdin.buffer
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    warnings.simplefilter("ignore")
    prepare()
    _limit()
    for line in jobs:
        try:
            _answer(answers, json.loads(line))
        except BrokenPipeError:
            return


def _answer(answers: BinaryIO, job: Job) -> None:
    _limit_time()
    try:
        made = work(job)
    except Unfit as error:
        head, content = {"error": str(error)}, b""
    except Exception as error:  # noqa: BLE001 (decoders raise all there is, MemoryError as well)
        head, content = {"error": f"cannot be read ({type(error).__name__})"}, b""
    else:
        head, content = {"type": made.content_type, "size": str(len(made.content))}, made.content
    answers.write(json.dumps(head).encode() + b"\n")
    answers.write(content)
    answers.flush()


def _limit() -> None:
    if resource is not None:
        # No job writes a file.
        for what, most in (("AS", MEMORY), ("CORE", 0), ("FSIZE", 0)):
            number = getattr(resource, f"RLIMIT_{what}")
            _, hard = resource.getrlimit(number)
            resource.setrlimit(number, (most if hard < 0 else min(most, hard), hard))
        # Answers to requests come first.
        os.nice(5)


def _limit_time() -> None:
    """Ends this process should the server die while a job never ends."""
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + JOB_SECONDS + 2, hard))


if __name__ == "__main__":
    main()
