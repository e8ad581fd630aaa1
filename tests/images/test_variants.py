"""What a request asks for with `w`, `h`, `fit`, `format` and `quality`."""

import pytest

from fastcms.errors import ApiError
from fastcms.images.variants import FILE, Variant, file_name, is_wanted, variant_of

VALID = [
    ({"w": "300"}, Variant(300)),
    ({"h": "200", "quality": "50"}, Variant(0, 200, quality=50)),
    ({"w": "1", "h": "4096", "fit": "crop"}, Variant(1, 4096, "crop")),
    ({"w": "10", "h": "10", "fit": "fill", "format": "jpeg"}, Variant(10, 10, "fill", "jpeg")),
    ({"format": "png", "quality": "7"}, Variant(format="png")),
    ({"w": "5", "fit": "", "unknown": "x"}, Variant(5)),
]
WRONG = [
    ({"w": "0"}, {"w"}),
    ({"w": "-1", "h": "4097"}, {"w", "h"}),
    ({"w": "1e3"}, {"w"}),
    ({"w": "٣"}, {"w"}),
    ({"w": "9" * 400}, {"w"}),
    ({"w": " 5"}, {"w"}),
    ({"w": "[object Object]"}, {"w"}),
    ({"quality": "0"}, {"quality"}),
    ({"quality": "101"}, {"quality"}),
    ({"fit": "stretch", "format": "bmp"}, {"fit", "format"}),
    ({"fit": "fill"}, {"w", "h"}),
    ({"fit": "crop", "w": "10"}, {"h"}),
    ({"w": "10", "thumb": "100x100"}, {"thumb"}),
]


@pytest.mark.parametrize(("query", "variant"), VALID)
def test_valid(query: dict[str, str], variant: Variant) -> None:
    assert is_wanted(query)
    assert variant_of(query) == variant


@pytest.mark.parametrize(("query", "keys"), WRONG)
def test_wrong_parameters_are_named(query: dict[str, str], keys: set[str]) -> None:
    with pytest.raises(ApiError) as caught:
        variant_of(query)
    assert (caught.value.status, set(caught.value.data)) == (400, keys)


@pytest.mark.parametrize("query", [{}, {"thumb": "100x100"}, {"w": ""}, {"width": "5"}])
def test_other_requests_ask_for_no_variant(query: dict[str, str]) -> None:
    assert not is_wanted(query)


def test_a_variant_is_never_called_like_a_thumb() -> None:
    name = Variant(100, 100).name
    assert FILE.match(f"/{name}_a.png")
    assert not FILE.match("/100x100_a.png")


@pytest.mark.parametrize(
    ("name", "type_", "made"),
    [("a_x1.png", "image/webp", "a_x1.webp"), ("a.tar.gz", "image/jpeg", "a.tar.jpg")],
)
def test_names_of_files(name: str, type_: str, made: str) -> None:
    assert file_name(name, type_) == made
