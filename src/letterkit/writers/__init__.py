"""One module per output format; each has one ``write(letter) -> bytes`` (UTF-8)."""

from __future__ import annotations

from collections.abc import Callable

from letterkit.model import Letter
from letterkit.writers import html, md, txt

WRITERS: dict[str, Callable[[Letter], bytes]] = {
    "txt": txt.write,
    "md": md.write,
    "html": html.write,
}
"""Format → its writer."""
