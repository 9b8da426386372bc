"""One accessible HTML page, printed on A4; nothing in it is loaded from elsewhere.

The layout is ``templates/page.html``; every word of the letter goes through
Jinja's autoescape, so that it can only ever be text. A long letter is set in
smaller type, with sentences on one matter run together, so that it stays on one sheet.
"""

from __future__ import annotations

import functools
from itertools import groupby
from typing import TYPE_CHECKING

from letterkit import data
from letterkit.model import Block, Letter

if TYPE_CHECKING:
    from jinja2 import Template

_RIGHT = ("fr", "it")  # languages whose letters carry the address on the right

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


@functools.cache
def _page() -> Template:
    from jinja2 import StrictUndefined  # here: a letter as text does not wait for it
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    source = data.own_text("templates", "page.html")
    assert source is not None
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).from_string(source)


def write(letter: Letter) -> bytes:
    """The letter as one UTF-8 page."""
    placed: dict[str, list[Block]] = {place: [] for place in ("body", *_PLACES.values())}
    for block in letter.blocks:
        placed[_PLACES.get(block.name, "body")].append(block)
    body = placed.pop("body")
    return (
        _page()
        .render(
            language=letter.language,
            subject=next((b.paragraphs[0] for b in body if b.name == "subject"), letter.title),
            sender=letter.sender,
            recipient=letter.recipient,
            right=letter.language[:2] in _RIGHT,
            length=_length([*body, *placed["ending"], *placed["reply"]]),
            body=[list(run) for _, run in groupby(body, _matter)],
            **placed,
        )
        .encode()
    )


def _matter(block: Block) -> str:
    """A block with more than sentences stands by itself."""
    alone = block.items or block.pairs or block.table
    return block.name if alone else _MATTERS.get(block.name, block.name)


def _length(blocks: list[Block]) -> int:
    """Room on the sheet, in characters: a paragraph costs its own and about half a line."""
    texts = [text for block in blocks for text in (*block.paragraphs, *block.items)]
    return sum(len(text) + 60 for text in texts) + 60 * sum(len(block.pairs) for block in blocks)
