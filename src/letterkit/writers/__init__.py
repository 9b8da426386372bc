"""One module per output format; each has one ``write(letter) -> bytes`` (text is UTF-8)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from letterkit.model import Letter
from letterkit.writers import html, md, txt

Writer = Callable[[Letter], bytes]


def _when_asked(name: str) -> Writer:
    """The writer of a module that is imported when its first letter is written."""

    def write(letter: Letter) -> bytes:
        made: bytes = import_module(f"letterkit.writers.{name}").write(letter)
        return made

    return write


WRITERS: dict[str, Writer] = {
    "txt": txt.write,
    "md": md.write,
    "html": html.write,
    "pdf": _when_asked("pdf"),
    "docx": _when_asked("docx"),
    "eml": _when_asked("eml"),
    "sms": _when_asked("sms"),
}
"""Format → its writer."""

TEXTS = ("txt", "md", "html")
"""Formats that are text to go on with: a terminal shows them, several letters follow each other."""

ENDINGS = {"sms": "sms.txt"}
"""Format → the ending of its files, where it is not the format's own name."""
