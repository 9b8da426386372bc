"""The letters that stand in a page as PDF, each with a picture of its first page.

Typst sets them in threads of its own while MkDocs builds the pages. The chooser offers many more
letters, which come in the other formats only: all as PDF would take minutes.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from letterkit.model import Letter
from letterkit.writers import pdf

PPI = 48
"""Pixels an inch of the picture, 397 by 561 of them: see `sheets.PICTURE`."""


class Press:
    """The letters of all languages, by the name of their files without its ending."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2)
        self._made: dict[str, Future[tuple[bytes, bytes]]] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._made

    def put(self, name: str, letter: Letter) -> None:
        """Begin with a letter."""
        if name not in self:
            self._made[name] = self._threads.submit(pdf.with_picture, letter, PPI)

    def write(self, folder: Path) -> None:
        """The files of all letters, as soon as they are made."""
        with self._threads:
            for name, made in self._made.items():
                for ending, raw in zip(("pdf", "png"), made.result(), strict=True):
                    (folder / f"{name}.{ending}").write_bytes(raw)
