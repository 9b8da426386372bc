"""One module per output format; each has one ``write(letter) -> bytes`` (text as UTF-8)."""

from __future__ import annotations

from collections.abc import Callable

from letterkit.model import Letter
from letterkit.writers import html, md, pdf, txt

WRITERS: dict[str, Callable[[Letter], bytes]] = {
    "txt": txt.write,
    "md": md.write,
    "html": html.write,
    "pdf": pdf.write,
}
"""Format → its writer."""
