"""How wide texts are in the type of the PDF, so that Typst need not set them to find out.

Widths are in em, the size of the type, and a little ample: without kerning, which brings
letters closer, and with a fiftieth more.

>>> round(width("1 250,00 €"), 2)
4.21
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable

from letterkit import data

MARGIN = 1.02
UNKNOWN = 1.0
"""Of a character that is not in the table (it is in the font, or Typst refuses the letter)."""

_SPACE = re.compile("[ \u200b]")


class _Face(dict[str, float]):
    def __missing__(self, character: str) -> float:
        return UNKNOWN


@functools.cache
def _face(name: str) -> _Face:
    text = data.own_text("templates", "widths.json")
    assert text is not None
    found: dict[str, str] = json.loads(text)[name]
    return _Face((each, int(width) / 1000) for width, letters in found.items() for each in letters)


def width(text: str, face: str = "regular") -> float:
    """Of a text on one line; ``face`` is regular or semibold."""
    return MARGIN * sum(map(_face(face).__getitem__, text))


def widest(texts: Iterable[str], face: str = "regular") -> float:
    """Of the longest of these lines, 0 if there is none."""
    return max((width(text, face) for text in texts), default=0)


def longest_word(texts: Iterable[str], face: str = "regular") -> float:
    """Of the longest part of these texts in which no line ends."""
    return widest((word for text in texts for word in _SPACE.split(text)), face)
