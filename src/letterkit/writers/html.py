"""One accessible HTML page, printed on A4; nothing in it is loaded from elsewhere.

The layout is ``templates/page.html``; every word of the letter goes through
Jinja's autoescape, so that it can only ever be text. A long letter is set in
smaller type, with sentences on one matter run together, so that it stays on one sheet.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from letterkit import data
from letterkit.model import Letter
from letterkit.writers import layout

if TYPE_CHECKING:
    from jinja2 import Template

_RIGHT = ("fr", "it")  # languages whose letters carry the address on the right


@functools.cache
def _page() -> Template:
    from jinja2 import Environment, StrictUndefined  # here: a letter as text does not wait for it

    source = data.own_text("templates", "page.html")
    assert source is not None
    return Environment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).from_string(source)


def write(letter: Letter) -> bytes:
    """The letter as one UTF-8 page."""
    return (
        _page()
        .render(
            language=letter.language,
            subject=layout.subject(letter),
            sender=letter.sender,
            recipient=letter.recipient,
            right=letter.language[:2] in _RIGHT,
            **layout.place(letter)._asdict(),
        )
        .encode()
    )
