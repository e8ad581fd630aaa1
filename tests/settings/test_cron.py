"""Cron expressions: what the reference takes, and its words for what it does not."""

import pytest

from fastcms.settings.cron import CronError, check_cron

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
