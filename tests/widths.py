"""How wide each character is in the fonts of the PDF: ``python -m tests.widths`` writes it down.

The package reads `templates/widths.json`, so that it needs no reader of fonts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from fontTools.ttLib import TTFont

from tests.conftest import ROOT

FILE = ROOT / "templates/widths.json"
FACES = {"regular": "SourceSans3-Regular.otf", "semibold": "SourceSans3-Semibold.otf"}
LETTERS = (*range(0x20, 0x250), *range(0x2000, 0x2070), *range(0x20A0, 0x20C0), 0x2116, 0x2212)
"""Latin letters, signs, spaces and currencies; ``№`` and the minus sign."""


def in_fonts() -> dict[str, dict[str, str]]:
    """For each face, the characters of each width, in thousandths of the type's size."""
    return {
        name: _widths(TTFont(FILE.parent / "fonts" / file), LETTERS) for name, file in FACES.items()
    }


def _widths(font: TTFont, letters: Iterable[int]) -> dict[str, str]:
    assert font["head"].unitsPerEm == 1000
    glyphs, metrics = font.getBestCmap(), font["hmtx"]
    found: dict[int, str] = {}
    for letter in letters:
        if letter in glyphs:
            width, _ = metrics[glyphs[letter]]
            found[width] = found.get(width, "") + chr(letter)
    return {str(width): found[width] for width in sorted(found)}


if __name__ == "__main__":
    FILE.write_text(json.dumps(in_fonts(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
