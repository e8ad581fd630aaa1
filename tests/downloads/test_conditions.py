"""Conditions with the tag that files have here; those without one are in the parity tables."""

import pytest

from fastcms.downloads.conditions import Verdict, judge, lets_range

ETAG = '"abc"'
AT = 1_700_000_000
SEND, SAME, FAILED = Verdict.SEND, Verdict.NOT_MODIFIED, Verdict.FAILED
DATE, EARLIER = "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:19 GMT"


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({}, SEND),
        ({"if_none_match": '"abc"'}, SAME),
        ({"if_none_match": 'W/"abc"'}, SAME),
        ({"if_none_match": '"x", "abc"'}, SAME),
        ({"if_none_match": '"x" "abc"'}, SAME),
        ({"if_none_match": "abc"}, SEND),
        ({"if_none_match": '"abcd"'}, SEND),
        ({"if_none_match": '"x", broken, "abc"'}, SEND),
        ({"if_none_match": "*"}, SAME),
        ({"if_match": '"abc"'}, SEND),
        ({"if_match": 'W/"abc"'}, FAILED),
        ({"if_match": '"x"'}, FAILED),
        ({"if_match": '"x", "abc"'}, SEND),
        ({"if_match": "*"}, SEND),
        # A tag decides alone, whatever the date says.
        ({"if_none_match": '"x"', "if_modified_since": DATE}, SEND),
        ({"if_none_match": '"abc"', "if_modified_since": EARLIER}, SAME),
        ({"if_match": '"abc"', "if_unmodified_since": EARLIER}, SEND),
        ({"if_match": '"x"', "if_none_match": '"abc"'}, FAILED),
        ({"if_none_match": "," * 100_000 + '"abc"'}, SAME),
    ],
)
def test_verdicts(headers: dict[str, str], verdict: Verdict) -> None:
    assert judge(headers, ETAG, AT) is verdict


@pytest.mark.parametrize(
    ("if_range", "lets"),
    [
        ('"abc"', True),
        ('W/"abc"', False),
        ('"x"', False),
        (DATE, True),
        (EARLIER, False),
        ("", True),
        ("abc", False),
    ],
)
def test_parts_only_of_the_same_file(if_range: str, lets: bool) -> None:
    assert lets_range({"if_range": if_range}, ETAG, AT) is lets
