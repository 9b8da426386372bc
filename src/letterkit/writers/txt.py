"""Plain text: one line per paragraph, unwrapped, so that it pastes into a mail or Word."""

from __future__ import annotations

from collections.abc import Iterator

from letterkit.model import Block, Letter


def write(letter: Letter) -> bytes:
    """The letter as UTF-8 text; parts are set apart by one empty line."""
    return text(letter).encode()


def text(letter: Letter) -> str:
    """The same as `str`, with a line end at the end."""
    heading = ["\n".join(letter.sender), "\n".join(letter.recipient)]
    parts = [part for block in letter.blocks for part in _parts(block)]
    return "\n\n".join(heading + parts) + "\n"


def _parts(block: Block) -> Iterator[str]:
    yield from block.paragraphs
    if block.lines:
        yield "\n".join(block.lines)
    if block.pairs:
        yield "\n".join(f"{label} {value}" for label, value in block.pairs)
    if block.items:
        yield "\n".join(f"- {item}" for item in block.items)
