"""The HTML page that every mail of the server stands in."""

from __future__ import annotations

_HEAD = """<!DOCTYPE html>
<html>
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <style>
    body { margin: 0; padding: 24px 32px; background: #fff; color: #1b1b1f; \
font: 14px/1.45 "Source Sans Pro", "Helvetica Neue", Arial, sans-serif; }
    p { margin: 10px 0; }
    a { color: inherit; }
    small { font-size: 12px; }
    hr { height: 1px; margin: 10px 0; border: 0; background: #dfe3e8; }
    .hidden { display: none !important; }
    .btn { display: inline-block; box-sizing: border-box; min-width: 150px; margin: 6px 0; \
padding: 0 20px; border-radius: 6px; background: #1b1b1f !important; color: #fff !important; \
font-weight: bold; line-height: 40px; text-align: center; text-decoration: none !important; }
  </style>
</head>
<body>
"""
_FOOT = """
</body>
</html>
"""


def page(body: str) -> str:
    """The HTML document of a mail with this body."""
    return f"{_HEAD}{body}{_FOOT}"
