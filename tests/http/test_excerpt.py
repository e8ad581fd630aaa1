"""Readable text of HTML; the parity tables hold the same texts against the reference."""

import pytest

from fastcms.http.excerpt import MAX_DEPTH, excerpt


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        (" two \n\t lines ", "two lines"),
        ("<p>one</p><p>two</p>", "one two"),
        ("a<b>b</b>c", "abc"),
        ("one<br>two", "onetwo"),
        ("a<script>b</script>c<style>d</style>e", "ace"),
        ("a<button>b<p>c</button>d", "ad"),
        ("a<select><p>b</p></select>c<select>d<input>e", "ace"),
        ("a<svg>b<p>c</p>d</svg>e", "a c de"),
        ("a<svg><foreignObject><p>b</p></foreignObject></svg>c", "ac"),
        ("a<math><mi>b</mi></math>c", "a b c"),
        ("<title>a</title><p>b", "b"),
        ("<p>b<title>a</title>", "b a"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>d", "a b c d"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "a b c"),
        ("<h1>a<h2>b</h1>c", "a b c"),
        ("<table><tr><td>a<td>b<tr><th>c</table>d", "a b c d"),
        ("<td>a</td><tr>b", "ab"),
        ("<option>a<option>b</option>c", "c"),
        ("<b>a<p>b</b>c</p>d", "a bc d"),
        ("a</p>b</br>c</i>d</div>e", "a bcde"),
        ("<form>a<form>b</form>c", "c"),
        ("a<!-- b -->c<!d>e<?f?>g</>h", "acegh"),
        ("1 < 2 <3 a<", "1 < 2 <3 a<"),
        ("a<b c='>' d=\">\">e", "ae"),
        ("a<b c='d>e", "a"),
        ("&lt;b&gt; &amp;amp; &copy", "<b> &amp; ©"),
        ("a\0b", "ab"),
    ],
)
def test_text(text, expected):
    assert excerpt(text, 1000) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcde..."),
        ("abc def", 4, "abc..."),
        ("äöü", 2, "äö..."),
        ("😀😀😀", 2, "😀😀..."),
        ("<p>ab</p><p>cd</p>", 5, "ab cd"),
        ("<p>ab</p><p>cd</p>", 4, "ab c..."),
        ("&nbsp;&nbsp;&nbsp;&nbsp;abc", 3, "abc"),
        ("ab&nbsp;&nbsp;", 2, "ab"),
        ("", 1, ""),
    ],
)
def test_cut(text, limit, expected):
    assert excerpt(text, limit, ellipsis=True) == expected
    assert excerpt(text, limit) == expected.removesuffix("...")


def test_too_deep_to_read():
    deep = "<div>" * MAX_DEPTH + "x"
    assert excerpt(deep, 9) == "x"
    assert excerpt("<div>" + deep, 9) == "<div>" + deep


@pytest.mark.parametrize(
    "piece",
    ["<", "<!--", "<a b='", "<p>", "</p>", "<b>x</b>", "<select><p>", "&", "<script>", "</"],
)
def test_hostile_texts_end(piece):
    excerpt(piece * 20_000, 10**9)
