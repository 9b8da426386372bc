"""The fonts of the PDF, and how wide their characters are: ``python -m tests.fonts`` writes both.

Letterkit Sans is Source Sans 3 (``tests/source-sans/``) with the same glyphs, widths and kerning
for the same characters. It leaves out what a letter never asks for (small capitals, alternates,
other figures), and its kerning is two tables instead of seventeen, which Typst would search one
after the other for every two letters: its letters take a sixth to a fifth less. The space that
does not break has a glyph of its own: where two characters share one, Typst has to say for each
second one which it is. A changed font may not keep the name (`LICENSES/OFL-1.1.txt`).

The package reads `templates/widths.json`, so that it needs no reader of fonts.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont

from tests.conftest import ROOT

MADE_FROM = ROOT / "tests/source-sans"
MADE = ROOT / "templates/fonts"
WIDTHS = ROOT / "templates/widths.json"
FACES = {"regular": "Regular", "semibold": "Semibold"}
LETTERS = (*range(0x20, 0x250), *range(0x2000, 0x2070), *range(0x20A0, 0x20C0), 0x2116, 0x2212)
"""Latin letters, signs, spaces and currencies; ``№`` and the minus sign: the widths kept."""

SCRIPTS = ("DFLT", "latn", "grek", "cyrl")
FAMILY, FILES = "Letterkit Sans", "LetterkitSans"

Kerning = dict[tuple[str, str], int]


def source(face: str) -> Path:
    return MADE_FROM / f"SourceSans3-{face}.otf"


def made(face: str) -> Path:
    return MADE / f"{FILES}-{face}.otf"


def make(face: str, target: Path) -> None:
    """Write Letterkit Sans."""
    options = subset.Options(
        layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17], glyph_names=True
    )
    font = subset.load_font(source(face), options)
    font.recalcTimestamp = False
    kerning = _kerning(font)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=font.getBestCmap())
    cut.subset(font)
    _part_spaces(font)
    addOpenTypeFeaturesFromString(font, _feature(kerning))
    _rename(font, face)
    font.save(target)


def _rename(font: TTFont, face: str) -> None:
    short, full = f"{FILES}-{face}", f"{FAMILY} {face}"
    names = {1: FAMILY, 3: short, 4: full, 6: short, 16: FAMILY}  # by their number in OpenType
    for name in font["name"].names:
        name.string = names.get(name.nameID, name.string)
    cff = font["CFF "].cff
    cff.fontNames = [short]
    cff.topDictIndex[0].FamilyName, cff.topDictIndex[0].FullName = FAMILY, full


def _part_spaces(font: TTFont) -> None:
    """Give U+00A0 a copy of the glyph that it shares with U+0020, which has no kerning."""
    space, own, cff = "space", "uni00A0", font["CFF "].cff.topDictIndex[0]
    glyphs = font.getGlyphOrder()
    cff.CharStrings.charStrings[own] = len(glyphs)
    cff.CharStrings.charStringsIndex.append(cff.CharStrings[space])
    cff.charset = [*glyphs, own]
    font.setGlyphOrder([*glyphs, own])
    font["hmtx"][own] = font["hmtx"][space]
    for table in font["cmap"].tables:
        if 0xA0 in table.cmap:
            assert table.cmap[0xA0] == space
            table.cmap[0xA0] = own


def _kerning(font: TTFont) -> Kerning:
    """How much further apart two glyphs stand, in thousandths of the type's size.

    Of the tables, the first that has the left glyph and, where it lists pairs, the right one.
    """
    table = font["GPOS"].table
    [lookup] = {
        number
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for number in record.Feature.LookupListIndex
    }
    tables = [each.ExtSubTable for each in table.LookupList.Lookup[lookup].SubTable]
    glyphs = sorted(set(font.getBestCmap().values()))
    found: Kerning = {}
    for left in glyphs:
        known: dict[str, int] = {}
        for each in tables:
            if left not in each.Coverage.glyphs:
                continue
            if each.Format == 1:
                listed = each.PairSet[each.Coverage.glyphs.index(left)].PairValueRecord
                known = {one.SecondGlyph: one.Value1.XAdvance for one in listed} | known
            else:
                row = each.Class1Record[each.ClassDef1.classDefs.get(left, 0)].Class2Record
                of = each.ClassDef2.classDefs
                known = {right: row[of.get(right, 0)].Value1.XAdvance for right in glyphs} | known
                break
        found |= {(left, each): known[each] for each in glyphs if known.get(each)}
    return found


def _feature(kerning: Kerning) -> str:
    """The kerning as a feature file: glyphs that behave alike on one side are a class."""
    by_left: dict[str, dict[str, int]] = defaultdict(dict)
    by_right: dict[str, dict[str, int]] = defaultdict(dict)
    for (left, right), value in kerning.items():
        by_left[left][right] = by_right[right][left] = value
    lefts, rights = _alike(by_left), _alike(by_right)
    pairs = {(lefts[left], rights[right]): value for (left, right), value in kerning.items()}
    return "\n".join(
        [
            *(f"languagesystem {script} dflt;" for script in SCRIPTS),
            *_classes("L", lefts),
            *_classes("R", rights),
            "feature kern {",
            *(f"pos @L{left} @R{right} {value};" for (left, right), value in sorted(pairs.items())),
            "} kern;",
        ]
    )


def _alike(rows: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The number of each glyph's class."""
    numbers: dict[frozenset[tuple[str, int]], int] = {}
    return {
        glyph: numbers.setdefault(frozenset(row.items()), len(numbers))
        for glyph, row in rows.items()
    }


def _classes(side: str, numbers: Mapping[str, int]) -> Iterable[str]:
    members = defaultdict(list)
    for glyph, number in numbers.items():
        members[number].append(f"\\{glyph}")
    return (f"@{side}{number} = [{' '.join(of)}];" for number, of in members.items())


def widths() -> dict[str, dict[str, str]]:
    """For each face, the characters of each width, in thousandths of the type's size."""
    return {name: _widths(TTFont(made(face)), LETTERS) for name, face in FACES.items()}


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
    for each in FACES.values():
        make(each, made(each))
    WIDTHS.write_text(json.dumps(widths(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
