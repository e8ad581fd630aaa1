import pytest

from fastcms.mail.text import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("Hello", "Hello"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<p>One</p>\n<p>Two</p>", "One \nTwo"),
        ("  a \n\t b  ", "a b"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<b>bold</b> and <i>thin</i>", "bold and thin"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ('<a href="https://x.example/?a=1&amp;b=2">here</a>', "[here](https://x.example/?a=1&b=2)"),
        ("<a href='/x'></a>", "[LINK](/x)"),
        ("<a>here</a>", "[here]"),
        ("<a href=/x> <b>bold</b> </a>", "[bold](/x)"),
        ("<a href=/x>one<a href=/y>two", "[one](/x)[two](/y)"),
        ("&lt;b&gt; &amp; &#39;", "<b> & '"),
        ("<style>p { }</style>a<script>b()</script>c", "ac"),
        ("<svg><svg>x</svg>y</svg>z", "z"),
        ("<select><option>x<option>y</select>z", "z"),
        ("a<img src=x>b<input>c", "abc"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("<!-- no -->yes", "yes"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert to_text(html) == text
