"""What needs somebody, whoever asks: the page of details, or `fastcms doctor`."""

from __future__ import annotations

from fastcms.core import App
from fastcms.jobs import runs
from fastcms.upkeep.finding import Finding
from fastcms.upkeep.place import low_disk


async def state(app: App) -> list[Finding]:
    """Settings that do not work as they were set up, a full disk, files of hooks that could not be
    loaded, jobs whose last run failed.
    """
    return [
        *(Finding("setting", *part) for part in app.degraded),
        *low_disk(app.data_dir),
        *(
            Finding("hooks", file, problem, "mend the file: it is loaded as soon as it is saved")
            for file, problem in ({} if app.guests is None else app.guests.problems).items()
        ),
        *(
            Finding("job", run["job"], run["error"], "see its runs: fastcms jobs history")
            for run in await runs.failing(app)
        ),
    ]
