"""Where the blocks of a letter stand on paper, how long it is and where no line of it ends."""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple

from letterkit.model import Block, Letter

_PLACES = {
    "sample": "notice",
    **dict.fromkeys(("place_date", "channel", "references"), "heading"),
    **dict.fromkeys(("closing", "signature", "enclosures"), "ending"),
    "acceptance": "reply",
    "calculation": "enclosed",
}
"""Where a block stands on the page, by its name; all others are the body."""

_MATTERS = {
    **dict.fromkeys(("facts", "part_payment", "previous", "promise"), "history"),
    **dict.fromkeys(("formal", "demand", "consequence"), "demand"),
    **dict.fromkeys(("next_step", "credit_terms", "suspension"), "next_step"),
    **dict.fromkeys(("disputed", "not_due", "paid_until"), "scope"),
    **dict.fromkeys(("plan", "query", "crossed", "reservation", "contact"), "answer"),
}
"""What a block of the body is about: neighbours on one matter are one paragraph when printed."""


_DATED = r"[^\W\d_]{3,}[ \u00a0](?:19|20)\d\d\b"
_ARTICLE = "|".join(
    rf"(?<=\b{word} )"
    for word in ("articles", "article", "artikel", "articol[io]", "art[.]", "artt[.]")
)
UNPARTED = re.compile(
    rf" (?:(?<=[\d°r] )(?:(?<=\d )|(?<=\d° )|(?<=\der ))(?={_DATED})"
    r"|(?=[\d+(DLR])(?:(?<=\d )(?=\d)"
    r"|(?<=[^\W\d_]{3} )(?=(?:19|20)\d\d\b(?![-/]))"
    r"|(?:(?<=\btel[.] )|(?<=\btél[.] ))(?=[+(]?\d)"
    rf"|(?:{_ARTICLE})(?=\d|[DLR][.])"
    r"|(?<=\b[DLR][.] )(?=\d)))"
)
"""Spaces at which no line ends: in numbers and dates; before those of articles and telephones.

The text output keeps plain ones there: no line of it ends but where a paragraph does.
"""


A_MILLIMETRE = 15
"""Characters for which a millimetre of the sheet has room."""


class Placed(NamedTuple):
    """The blocks of a letter by their place; ``body`` in runs on one matter each.

    ``length`` is the room the body, the ending and the reply take, in characters.
    """

    notice: list[Block]
    heading: list[Block]
    body: list[list[Block]]
    ending: list[Block]
    reply: list[Block]
    enclosed: list[Block]
    length: int


def place(letter: Letter) -> Placed:
    """Every block of ``letter`` in its place, in the letter's order."""
    found: dict[str, list[Block]] = {place: [] for place in ("body", *_PLACES.values())}
    for block in letter.blocks:
        found[_PLACES.get(block.name, "body")].append(block)
    body = found.pop("body")
    length = _length([*body, *found["ending"], *found["reply"]])
    runs = [list(run) for _, run in groupby(body, _matter)]
    return Placed(body=runs, length=length, **found)


def length(placed: Placed, below: float) -> float:
    """The length of a letter that begins ``below`` mm down the sheet, as if that were 80."""
    return placed.length + A_MILLIMETRE * (below - 80)


def subject(letter: Letter) -> str:
    """The subject line; the title where there is none."""
    return next((b.paragraphs[0] for b in letter.blocks if b.name == "subject"), letter.title)


def _matter(block: Block) -> str:
    """A block with more than sentences stands by itself."""
    alone = block.items or block.pairs or block.table
    return block.name if alone else _MATTERS.get(block.name, block.name)


def _length(blocks: list[Block]) -> int:
    """Room on the sheet, in characters: a paragraph costs its own and about half a line."""
    texts = [text for block in blocks for text in (*block.paragraphs, *block.items)]
    return sum(len(text) + 60 for text in texts) + 60 * sum(len(block.pairs) for block in blocks)
