"""Sizes of thumbs as the reference gives them, and of variants."""

import pytest

from fastcms.images import geometry
from fastcms.images.geometry import Box

# Source, size, result: what PocketBase 0.40.6 answered.
THUMBS = [
    ((160, 120), "100x100", (100, 100)),
    ((160, 120), "70x50f", (66, 50)),
    ((160, 120), "50x70f", (50, 37)),
    ((160, 120), "0x50", (67, 50)),
    ((160, 120), "50x0", (50, 38)),
    ((160, 120), "300x200", (300, 200)),
    ((160, 120), "300x200f", (160, 120)),
    ((160, 120), "0x300", (400, 300)),
    ((160, 120), "3x1000f", (3, 2)),
    ((160, 120), "1000x3f", (4, 3)),
    ((160, 120), "0x1", (1, 1)),
    ((160, 120), "2000x10", (2000, 10)),
    ((40, 30), "7x300", (7, 300)),
    ((40, 30), "250x7b", (250, 7)),
    ((1, 1), "100x100", (100, 100)),
    ((1, 1), "70x50f", (1, 1)),
    ((99, 250), "50x70t", (50, 70)),
]


@pytest.mark.parametrize(("source", "size", "result"), THUMBS)
def test_thumbs_have_the_sizes_of_the_reference(
    source: tuple[int, int], size: str, result: tuple[int, int]
) -> None:
    assert geometry.thumb(size, *source).size == result


@pytest.mark.parametrize(
    ("size", "part"),
    [
        ("50x50", Box(200, 0, 600, 400)),
        ("50x50t", Box(200, 0, 600, 400)),
        ("100x25", Box(0, 100, 800, 300)),
        ("100x25t", Box(0, 0, 800, 200)),
        ("100x25b", Box(0, 200, 800, 400)),
    ],
)
def test_a_letter_says_which_part_is_kept(size: str, part: Box) -> None:
    assert geometry.thumb(size, 800, 400).part == part


def test_small_images_are_scaled_before_they_are_cut() -> None:
    plan = geometry.thumb("100x25b", 80, 40)
    assert (plan.part, plan.scaled, plan.kept) == (Box(0, 0, 80, 40), (100, 50), (0, 25, 100, 50))


@pytest.mark.parametrize("size", ["", "abc", "0x0", "0x0t", "1x", "x1", "-1x1", "1x1c", "1x1 "])
def test_other_texts_are_no_sizes(size: str) -> None:
    with pytest.raises(ValueError, match="thumb"):
        geometry.thumb(size, 10, 10)


@pytest.mark.parametrize(
    ("limits", "result"),
    [
        ((400, 400), (400, 200)),
        ((4096, 100), (200, 100)),
        ((9000, 9000), (800, 400)),
        ((1, 1), (1, 1)),
    ],
)
def test_inside_never_enlarges(limits: tuple[int, int], result: tuple[int, int]) -> None:
    plan = geometry.inside(800, 400, *limits)
    assert (plan.size, plan.part) == (result, Box(0, 0, 800, 400))


@pytest.mark.parametrize(
    ("wanted", "result", "part"),
    [
        ((100, 100), (100, 100), Box(200, 0, 600, 400)),
        ((400, 100), (400, 100), Box(0, 100, 800, 300)),
        ((800, 800), (400, 400), Box(200, 0, 600, 400)),
        ((4000, 1), (800, 1), Box(0, 199, 800, 200)),
    ],
)
def test_a_cut_has_the_shape_that_was_asked_for(
    wanted: tuple[int, int], result: tuple[int, int], part: Box
) -> None:
    plan = geometry.cut(800, 400, *wanted)
    assert (plan.size, plan.part) == (result, part)
