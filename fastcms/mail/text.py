"""The text form of an HTML mail, for readers that show no HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SPACE = re.compile(r"\s+")
_SKIPPED = frozenset({
    "applet", "button", "form", "iframe", "object", "option", "script", "select", "style", "svg",
    "template", "textarea",
})  # fmt: skip
_INLINE = frozenset({
    "a", "b", "em", "i", "small", "span", "strike", "strong", "sub", "sup", "u",
})  # fmt: skip
# Of no text and without an end tag.
_SILENT = frozenset({"img", "input"})


def to_text(html: str) -> str:
    """The text of an HTML document as the reference writes it.

    Blocks begin a new line, list items a dash, and a link becomes `[label](address)`.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []
        # The label and address of the link that is open.
        self._label: list[str] | None = None
        self._href = ""
        # The element whose content is left out, and how many of its kind are open.
        self._skipped = ""
        self._depth = 0
        self._line_has_text = False

    def text(self) -> str:
        self._end_link()
        return "".join(self._parts).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            self._depth += tag == self._skipped
            return
        if tag in _SKIPPED:
            self._skipped, self._depth = tag, 1
            return
        if tag in _SILENT:
            return
        if tag == "a":
            self._end_link()
            self._label = []
            self._href = next((value or "" for name, value in attrs if name == "href"), "")
        if tag == "br" or (self._line_has_text and tag not in _INLINE):
            self._write("\n")
            self._line_has_text = False
        if tag == "li":
            self._write("- ")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._depth -= tag == self._skipped
            if not self._depth:
                self._skipped = ""
        elif tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        text = _SPACE.sub(" ", data)
        if not self._line_has_text:
            text = text.lstrip(" ")
        if text:
            self._write(text)
            self._line_has_text = True

    def _write(self, text: str) -> None:
        (self._parts if self._label is None else self._label).append(text)

    def _end_link(self) -> None:
        if self._label is None:
            return
        label = "".join(self._label).strip() or "LINK"
        self._label = None
        self._parts.append(f"[{label}]")
        if self._href:
            self._parts.append(f"({self._href})")
