"""Plain text: one line per paragraph, unwrapped, so that it pastes into a mail or Word."""

from __future__ import annotations

from collections.abc import Iterable

from letterkit.model import Block, Letter


def write(letter: Letter) -> bytes:
    """The letter as UTF-8 text; parts are set apart by one empty line."""
    return text(letter).encode()


def text(letter: Letter) -> str:
    """The same as `str`, with a line end at the end."""
    heading = ["\n".join(letter.sender), "\n".join(letter.recipient)]
    return "\n\n".join([*heading, *paragraphs(letter.blocks)]) + "\n"


def paragraphs(blocks: Iterable[Block]) -> list[str]:
    """The parts of ``blocks``, to be set apart by one empty line each."""
    parts: list[str] = []
    for _, own, lines, pairs, items, _ in blocks:
        parts += own
        if lines:
            parts.append("\n".join(lines))
        if pairs:
            parts.append("\n".join([f"{label} {value}" for label, value in pairs]))
        if items:
            parts.append("\n".join([f"- {item}" for item in items]))
    return parts
