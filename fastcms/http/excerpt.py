"""The readable text of HTML, cut to a length: the modifier `excerpt` of `fields`.

Not a whole HTML5 parser: it knows what decides which text is seen and where a space belongs between
two pieces, which is what elements end others, which have no content and which hold raw text. Text
in a table but in none of its cells stays where it stands; a browser moves it before the table.
"""

from __future__ import annotations

import re
from html import unescape

# As many open elements as the reference follows; text that nests deeper is left as it is.
MAX_DEPTH = 510


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Their content is not shown.
_SKIPPED = _names(
    "applet button dialog embed form head iframe img input object option picture script select"
    " style svg template textarea"
)
# All others have a space around them.
_INLINE = _names(
    "a abbr acronym b bdo big br button cite code em i label q small span strike strong sub sup"
    " time"
)
_VOID = _names(
    "area base basefont bgsound br col embed hr img input keygen link meta param source track wbr"
)
# Up to their end tag there are no others.
_RAW = _names("iframe noembed noframes noscript plaintext script style textarea title xmp")
# What may come before the first word without being a part of the text.
_IN_HEAD = _names("base basefont bgsound link meta noframes noscript script style template title")
_IN_TABLES = _names("caption col colgroup tbody td tfoot th thead tr")
# Never opened: they are there anyway.
_GIVEN = _names("body frame frameset head html")
_HEADINGS = _names("h1 h2 h3 h4 h5 h6")
_ENDS_PARAGRAPH = _HEADINGS | _names(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form header hgroup hr li listing main menu nav ol p plaintext pre search"
    " section summary ul xmp"
)
# An element that is ended by the start of one of these.
_ENDED_BY = {
    "li": _names("li"),
    "dd": _names("dd dt"),
    "dt": _names("dd dt"),
    "option": _names("option"),
    "optgroup": _names("option"),
    "td": _names("td th"),
    "th": _names("td th"),
    "tr": _names("tr"),
    "tbody": _names("tbody tfoot thead"),
    "tfoot": _names("tbody tfoot thead"),
    "thead": _names("tbody tfoot thead"),
    "button": _names("button"),
} | dict.fromkeys(_HEADINGS, _HEADINGS)
# No end tag of an ordinary element reaches beyond these.
_SPECIAL = (
    _ENDS_PARAGRAPH
    | _IN_TABLES
    | _RAW
    | _names("applet button marquee object select table template")
)
# And no end tag at all beyond these.
_SCOPES = _names("applet caption marquee object table td template th")
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
_FOREIGN = _names("math svg")
_HTML_IN_FOREIGN = _names("annotation-xml desc foreignobject mi mn mo ms mtext title")
_ENDS_FOREIGN = _HEADINGS | _names(
    "b big blockquote body br center code dd div dl dt em embed head hr i img li listing menu meta"
    " nobr ol p pre ruby s small span strike strong sub sup table tt u ul var"
)

# Runs of space that are not one space already.
_SPACES = re.compile(r"(?: ?[\t\n\f\r]|  )[\t\n\f\r ]*+")
_TAG = re.compile(r"<(/?)([A-Za-z][^\t\n\f\r />]*+)")
# From a tag's name to its end; the values of attributes may be quoted.
_REST = re.compile(r"""(?:[^>=]++|=[\t\n\f\r ]*+(?:"[^"]*+"|'[^']*+'|(?!["'])))*+>""")
_COMMENT_END = re.compile(r"--!?>")
_RAW_END = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _RAW - {"plaintext"}
}
# What counts as space at both ends, in Go.
_BLANK = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)


class _TooDeepError(Exception):
    pass


def excerpt(text: str, limit: int, *, ellipsis: bool = False) -> str:
    """At most `limit` characters of the text; `...` is added to what was cut, if wanted."""
    reader = _Reader(limit)
    try:
        reader.read(text.strip(_BLANK))
    except _TooDeepError:
        return text
    shown = "".join(reader.parts).strip(_BLANK)
    if len(shown) <= limit:
        return shown
    return shown[:limit].strip(_BLANK) + ("..." if ellipsis else "")


class _Reader:
    """Walks over the tags and keeps what is seen."""

    def __init__(self, limit: int) -> None:
        self.parts = [" "]
        self._limit = limit
        self._bytes = 1
        self._letters = 0
        self._after_space = True
        self._in_head = True
        # The elements that are open, each with whether its content is shown and whether it is SVG
        # or MathML, where other names mean nothing.
        self._open: list[tuple[str, bool, bool]] = []
        # How many of each name are open: most questions about them end here.
        self._counts: dict[str, int] = {}

    def read(self, source: str) -> None:
        """Reads until the end, or until no more can be shown."""
        place = 0
        while place < len(source) and self._letters <= self._limit:
            start = source.find("<", place)
            if start < 0:
                start = len(source)
            if start > place:
                self._text(unescape(source[place:start]).replace("\0", ""))
            place = self._markup(source, start) if start < len(source) else start

    # -- what is written ------------------------------------------------------------------------

    def _text(self, text: str) -> None:
        text = _SPACES.sub(" ", text)
        if self._after_space:
            text = text.lstrip(" ")
        if not text:
            return
        if not self._open:
            self._in_head = False
        if self._is_shown():
            self._after_space = text.endswith(" ")
            self.parts.append(text)
            self._bytes += len(text.encode())
            # Blank ends are cut in the end, so they are no reason to stop.
            self._letters += len(text.strip(_BLANK))

    def _space(self) -> None:
        if not self._after_space:
            self.parts.append(" ")
            self._bytes += 1
            self._after_space = True

    def _is_shown(self) -> bool:
        return not self._open or self._open[-1][1]

    # -- the elements that are open -------------------------------------------------------------

    def _push(self, name: str) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _TooDeepError
        shown = self._is_shown() and name not in _SKIPPED
        if self._in_head:
            shown = shown and name not in _IN_HEAD
            self._in_head = name in _IN_HEAD
        if shown and name not in _INLINE:
            self._space()
        # As in the reference, which counts bytes here: what opens after the limit (and two, for
        # the spaces around) is not looked into.
        self._counts[name] = self._counts.get(name, 0) + 1
        inner = shown and self._bytes <= self._limit + 2
        self._open.append((name, inner, name in _FOREIGN or self._is_foreign()))

    def _pop(self, count: int = 1) -> None:
        for _ in range(count):
            name, _, _ = self._open.pop()
            self._forget(name)
            is_apart = name not in _INLINE and name not in _SKIPPED
            if is_apart and self._is_shown() and not self._in_head:
                self._space()

    def _forget(self, name: str) -> None:
        self._counts[name] -= 1
        if not self._counts[name]:
            del self._counts[name]

    def _depth_of(self, names: frozenset[str], stop: frozenset[str]) -> int:
        """How many elements end when the innermost of these ends; 0 if none can be reached."""
        if names.isdisjoint(self._counts):
            return 0
        for depth, (name, _, _) in enumerate(reversed(self._open), 1):
            if name in names:
                return depth
            if name in stop:
                return 0
        return 0

    def _leave(self, names: frozenset[str], stop: frozenset[str]) -> bool:
        depth = self._depth_of(names, stop)
        self._pop(depth)
        return depth > 0

    # -- tags -----------------------------------------------------------------------------------

    def _markup(self, source: str, start: int) -> int:
        """Takes what begins with `<`; the place after it."""
        match = _TAG.match(source, start)
        if match is None:
            if source.startswith("<!--", start):
                end = _COMMENT_END.search(source, start + 2)
                return end.end() if end else len(source)
            if source.startswith(("<!", "<?", "</"), start) and start + 2 < len(source):
                return source.find(">", start) + 1 or len(source)
            self._text("<")
            return start + 1
        rest = _REST.match(source, match.end())
        if rest is None:
            return len(source)
        name = match[2].lower()
        if match[1]:
            self._end(name)
        elif self._start("img" if name == "image" else name, ends=rest[0].endswith("/>")):
            return self._raw(source, rest.end(), name)
        return rest.end()

    def _raw(self, source: str, start: int, name: str) -> int:
        match = _RAW_END[name].search(source, start) if name in _RAW_END else None
        end = match.start() if match else len(source)
        text = source[start:end]
        self._text(unescape(text) if name in ("textarea", "title") else text)
        self._pop()
        return source.find(">", end) + 1 or len(source) if match else end

    def _start(self, name: str, *, ends: bool) -> bool:
        """Opens an element; whether raw text follows."""
        if self._is_foreign():
            if name not in _ENDS_FOREIGN:
                self._push(name)
                if ends:
                    self._pop()
                return False
            self._leave_foreign()
        if self._depth_of(_names("select"), _SCOPES) and name not in ("script", "template"):
            # Nothing else is shown of what is in it.
            if name not in ("input", "keygen", "select", "textarea"):
                return False
            self._leave(_names("select"), _SCOPES)
            if name == "select":
                return False
        if name in _GIVEN or (name in _IN_TABLES and "table" not in self._counts):
            self._in_head = self._in_head and name in ("head", "html")
            return False
        if name == "form" and "form" in self._counts:
            return False
        self._make_way(name)
        self._push(name)
        if name in _VOID or (ends and name in _FOREIGN):
            self._pop()
            return False
        return name in _RAW

    def _make_way(self, name: str) -> None:
        """Ends what cannot be around an element of that name."""
        if name in _ENDS_PARAGRAPH:
            self._leave(_names("p"), _SCOPES | {"button"})
        ended = _ENDED_BY.get(name)
        if ended is None:
            return
        if name in _HEADINGS or name in ("option", "optgroup"):
            if self._open and self._open[-1][0] in ended:
                self._pop()
        elif name in _IN_TABLES:
            self._leave(ended, _names("table"))
        elif name == "button":
            self._leave(ended, _SCOPES)
        else:
            self._leave(ended, _SPECIAL - _names("address div p"))

    def _end(self, name: str) -> None:
        if self._is_foreign():
            if name in ("p", "br"):
                self._leave_foreign()
            elif self._leave(frozenset({name}), frozenset()):
                return
        if name in ("body", "br", "html"):
            self._in_head = False
        elif name in _GIVEN or (self._in_head and name != "template"):
            return
        elif name == "p":
            if not self._leave(_names("p"), _SCOPES | {"button"}):
                self._push("p")
                self._pop()
        elif name in _HEADINGS:
            self._leave(_HEADINGS, _SCOPES)
        elif name in _IN_TABLES or name == "table":
            self._leave(frozenset({name}), _names("table template"))
        elif name in _FORMATTING:
            self._end_formatting(name)
        else:
            self._leave(frozenset({name}), _SCOPES if name in _SPECIAL else _SPECIAL)

    def _end_formatting(self, name: str) -> None:
        """Such an element may end while what was opened in it goes on."""
        depth = self._depth_of(frozenset({name}), _SCOPES)
        if depth and self._depth_of(_SPECIAL, frozenset({name})):
            del self._open[-depth]
            self._forget(name)
        else:
            self._pop(depth)

    def _is_foreign(self) -> bool:
        """Whether the place is in SVG or MathML and not in HTML within it."""
        return bool(self._open) and self._open[-1][2] and self._open[-1][0] not in _HTML_IN_FOREIGN

    def _leave_foreign(self) -> None:
        while self._is_foreign():
            self._pop()
