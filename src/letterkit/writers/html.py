"""One accessible HTML page, printed on A4; nothing in it is loaded from elsewhere.

The layout is ``templates/page.html``; every word of the letter goes through
Jinja's autoescape, so that it can only ever be text.
"""

from __future__ import annotations

import functools

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from letterkit import data
from letterkit.model import Block, Letter

_RIGHT = ("fr", "it")  # languages whose letters carry the address on the right

_PLACES = {
    "sample": "notice",
    **dict.fromkeys(("place_date", "channel", "references"), "heading"),
    **dict.fromkeys(("closing", "signature", "enclosures"), "ending"),
    "calculation": "enclosed",
}
"""Where a block stands on the page, by its name; all others are the body."""


@functools.cache
def _page() -> Template:
    source = data.own_text("templates", "page.html")
    assert source is not None
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).from_string(source)


def write(letter: Letter) -> bytes:
    """The letter as one UTF-8 page."""
    subject = next((b.paragraphs[0] for b in letter.blocks if b.name == "subject"), letter.title)
    placed: dict[str, list[Block]] = {place: [] for place in ("body", *_PLACES.values())}
    for block in letter.blocks:
        placed[_PLACES.get(block.name, "body")].append(block)
    return (
        _page()
        .render(
            language=letter.language,
            subject=subject,
            sender=letter.sender,
            recipient=letter.recipient,
            right=letter.language[:2] in _RIGHT,
            **placed,
        )
        .encode()
    )
