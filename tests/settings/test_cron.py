"""Cron expressions: what the reference takes, and its words for what it does not."""

from datetime import datetime

import pytest

from fastcms.settings.cron import CronError, check_cron, next_run

SEGMENTS = "invalid cron expression - must be a valid macro or to have exactly 5"
VALUE = "invalid segment value - must be between the min and max"
STEP = "invalid segment step boundary - the step must be between 1 and the 59"


@pytest.mark.parametrize(
    "expression",
    [
        "* * * * *",
        "1,2 * * * *",
        "1-5 * * * *",
        "1-5/2 * * * *",
        "*/15 0 31 12 6",
        "+1 * * * *",
        "01 * * * *",
        "@daily",
        "@midnight",
        "@hourly",
    ],
)
def test_right(expression: str) -> None:
    check_cron(expression)


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("* * * * *", "2024-02-28 23:59:30", "2024-02-29 00:00"),
        ("* * * * *", "2024-02-28 23:58:00", "2024-02-28 23:59"),
        ("@daily", "2024-12-31 00:00:00", "2025-01-01 00:00"),
        ("@hourly", "2024-12-31 23:00:01", "2025-01-01 00:00"),
        ("@weekly", "2024-01-01 00:00:00", "2024-01-07 00:00"),
        ("*/20 8-9 * * *", "2024-01-01 09:40:00", "2024-01-02 08:00"),
        ("*/20 8-9 * * *", "2024-01-01 08:05:00", "2024-01-01 08:20"),
        ("30 4 29 2 *", "2024-03-01 00:00:00", "2028-02-29 04:30"),
        # Of the days all must match: a Friday the 13th.
        ("0 0 13 * 5", "2024-01-01 00:00:00", "2024-09-13 00:00"),
        ("0 0 29 2 0", "2024-01-01 00:00:00", "2032-02-29 00:00"),
        ("1,31 0-23/12 * * *", "2024-01-01 00:31:00", "2024-01-01 12:01"),
        ("0 0 31 2 *", "2024-01-01 00:00:00", None),
    ],
)
def test_when_it_is_due(expression: str, after: str, expected: str | None) -> None:
    due = next_run(expression, datetime.fromisoformat(after))
    assert due == (datetime.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("x", SEGMENTS),
        ("* * * *", SEGMENTS),
        ("* * * * * *", SEGMENTS),
        (" * * * * *", SEGMENTS),
        ("*  * * * *", SEGMENTS),
        ("@reboot", SEGMENTS),
        ("60 * * * *", VALUE),
        ("0 24 * * *", VALUE),
        ("0 0 0 * *", VALUE),
        ("0 0 32 * *", VALUE),
        ("0 0 1 0 *", VALUE),
        ("0 0 1 13 *", VALUE),
        ("* * * * 7", VALUE),
        ("*/0 * * * *", STEP),
        ("*/70 * * * *", STEP),
        ("*/-1 * * * *", STEP),
        ("5/2 * * * *", "invalid segment step - step > 1 could be used only with"),
        ("*/1/2 * * * *", "invalid segment step format"),
        ("1-2-3 * * * *", "invalid segment range format"),
        ("60-61 * * * *", "invalid segment range minimum - must be between 0 and 59"),
        ("1-0 * * * *", "invalid segment range maximum - must be between 1 and 59"),
        ("1-60 * * * *", "invalid segment range maximum - must be between 1 and 59"),
        ("a * * * *", 'strconv.Atoi: parsing "a": invalid syntax'),
        ("1,, * * * *", 'strconv.Atoi: parsing "": invalid syntax'),
        ("-1 * * * *", 'strconv.Atoi: parsing "": invalid syntax'),
        ("*-2 * * * *", 'strconv.Atoi: parsing "*": invalid syntax'),
        ("\t* * * * *", 'strconv.Atoi: parsing "\\t*": invalid syntax'),
    ],
)
def test_wrong(expression: str, reason: str) -> None:
    with pytest.raises(CronError) as raised:
        check_cron(expression)
    assert str(raised.value).startswith(reason)
