"""Markdown: the same content, every character of it literal.

What the letter says is escaped wherever Markdown or HTML would read it as
markup, so that Python-Markdown gives back the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from letterkit.model import Block, Letter

_INLINE = re.compile(r"([\\`*_{}\[\]()!#])")
_START = re.compile(r"^(\d+)([.)])|^[-+=>:]")
# What no backslash escapes in Python-Markdown, as character references.
_REFERENCES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "~": "&#126;"})


def write(letter: Letter) -> bytes:
    """The letter as UTF-8 Markdown."""
    parts = [_lines(letter.sender), _lines(letter.recipient)]
    for block in letter.blocks:
        parts += _parts(block)
    return ("\n\n".join(parts) + "\n").encode()


def literal(text: str) -> str:
    """``text`` so that Markdown shows it as it is.

    >>> print(literal("*Dupont* & <b>"))
    \\*Dupont\\* &amp; &lt;b&gt;
    """
    text = _INLINE.sub(r"\\\1", text.translate(_REFERENCES))
    return _START.sub(_at_the_start, text)


def _at_the_start(mark: re.Match[str]) -> str:
    """A mark that would begin a list, a heading or a quotation at the start of a line."""
    if mark[1]:
        return f"{mark[1]}\\{mark[2]}" if mark[2] == "." else f"{mark[1]}&#41;"
    return f"&#{ord(mark[0])};"


def _lines(lines: Iterable[str]) -> str:
    """Lines one under the other: two spaces at the end of a line are a line break."""
    return "  \n".join(literal(line) for line in lines)


def _parts(block: Block) -> Iterator[str]:
    for paragraph in block.paragraphs:
        said = literal(paragraph)
        yield f"**{said}**" if block.name == "subject" else said
    if block.lines:
        yield _lines(block.lines)
    if block.pairs:
        yield "  \n".join(f"{literal(label)} {literal(value)}" for label, value in block.pairs)
    if block.items:
        yield "\n".join(f"- {literal(item)}" for item in block.items)
