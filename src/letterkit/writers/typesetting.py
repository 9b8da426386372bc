"""Typst, from its wheel (the extra ``pdf``): a template of ours and what it is given become a PDF.

One compiler serves all letters of a thread; it has our fonts only, reads no file
but our templates, and fetches nothing. What differs from letter to letter reaches a
template as ``given.typ``: texts in quotes, of which no word can be read as an instruction.
Typst reads all that it is given as markup first, JSON as well, and a text in quotes is
the quickest to read. Typst must not run in a process that was forked from one in which
it ran before, where it would wait for ever: use threads, or start processes by spawn.
"""

from __future__ import annotations

import bisect
import os
import re
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from letterkit import data
from letterkit.errors import Finding, InputError

STANDARDS = ["ua-1", "a-3a"]
UNDATED = ["ua-1"]  # PDF/A wants a date

Given = Mapping[str, str]
"""Texts by the names under which a template imports them: JSON and SVG, "" where there is none."""

NO_PICTURE = re.compile("failed to (decode|parse|load|process image)")
"""What Typst says of a picture that it cannot draw."""

_kept = threading.local()
_ran_in: set[int] = set()


class TypesettingError(RuntimeError):
    """What Typst says no to, in its own words."""


def pdf(template: str, given: Given, on: date | None) -> bytes:
    """The PDF of a template, by its file's name, with what it is ``given``, dated ``on``.

    Raises `InputError` when Typst is not installed, `TypesettingError` when it fails.
    """
    standards = STANDARDS if on else UNDATED
    made: bytes = _compiled(template, given, on, format="pdf", pdf_standards=standards)
    return clear_ends(made)


def picture(template: str, given: Given, on: date | None, ppi: float) -> bytes:
    """The first page of the same as PNG, with so many pixels an inch. Raises as `pdf` does."""
    made: bytes | list[bytes] = _compiled(template, given, on, format="png", ppi=ppi)
    return made if isinstance(made, bytes) else made[0]


def _compiled(template: str, given: Given, on: date | None, **how: Any) -> Any:
    """What Typst makes of a template; a list where each page is a file of its own."""
    day = on or date(2000, 1, 1)
    files = {
        "main.typ": f'#include "{template}"'.encode(),
        "given.typ": "".join(f"#let {n} = {_quoted(t)}\n" for n, t in given.items()).encode(),
    }
    typst = _typst()
    try:
        return _compiler(typst).compile(
            files, timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC), **how
        )
    except typst.TypstError as error:
        raise TypesettingError(error.message) from None


def _quoted(text: str) -> str:
    """The text as Typst writes one."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def clear_ends(made: bytes) -> bytes:
    """The same PDF, with CR LF after every stream whose last byte is a CR.

    Typst ends a stream by LF. After a CR that reads as a line end of two bytes, and a
    checker of PDF/A then finds the stream one byte shorter than it says (ISO 19005-3, 6.1.7.1).
    """
    ends = [found.start() + 1 for found in re.finditer(rb"\r\nendstream\s+endobj", made)]
    if not ends:
        return made

    def moved(place: bytes) -> int:
        return int(place) + bisect.bisect(ends, int(place))

    body, _, table = made.rpartition(b"\nxref\n")
    table = re.sub(rb"(\d{10})(?= \d{5} n)", lambda at: b"%010d" % moved(at[1]), table)
    table = re.sub(rb"(?<=startxref\n)\d+", lambda at: b"%d" % moved(at[0]), table)
    return re.sub(rb"\r(?=\nendstream\s+endobj)", b"\r\r", body) + b"\nxref\n" + table


def _typst() -> Any:
    _ran_in.add(os.getpid())
    if len(_ran_in) > 1:
        raise RuntimeError("Typst ran before this process was forked: start processes by spawn")
    try:
        import typst
    except ImportError:
        raise InputError([Finding("pdf_missing")]) from None
    return typst


def _compiler(typst: Any) -> Any:
    """This thread's compiler."""
    if not hasattr(_kept, "compiler"):
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[data.own_path("templates", "fonts")],
        )
        _kept.compiler = typst.Compiler(
            root=data.own_path("templates"), font_paths=fonts, ignore_system_fonts=True
        )
    return _kept.compiler
