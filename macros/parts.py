"""The annotated letter: each block beside why it is there, in the words of ``docs/parts.yaml``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from letterkit.data import as_yaml
from letterkit.model import Block, Letter

WORDS = Path(__file__).parents[1] / "docs/parts.yaml"


Note = Mapping[str, Mapping[str, str]]  # language → name, why


def notes() -> dict[str, Note]:
    """Block → its note; several blocks may have the same one."""
    said = as_yaml(WORDS.read_text(encoding="utf-8"))
    return {block: note for blocks, note in said.items() for block in blocks.split()}


def annotated(letter: Letter, language: str, elements: Callable[[Block], Iterator[str]]) -> str:
    """The letter block by block with its notes, then the notes on blocks that it has not."""
    said = notes()
    head = [Block("sender", lines=letter.sender), Block("recipient", lines=letter.recipient)]
    blocks = [*head, *letter.blocks]
    rows = "".join(
        f'<li><div class="annotated__part" lang="{letter.language}">{"".join(elements(block))}'
        f"</div>{_note([block.name], said[block.name], language)}</li>"
        for block in blocks
    )
    there = {block.name for block in blocks}
    absent = [(name, note) for name, note in said.items() if name not in there]
    others = "".join(
        f"<li>{_note([name for name, _ in group], note, language)}</li>"
        for note, group in groupby(absent, lambda one: one[1])
    )
    return (
        f'<ol class="annotated" data-search-exclude>{rows}</ol>'
        f'<ul class="annotated annotated--others" data-search-exclude>{others}</ul>'
    )


def _note(names: Sequence[str], note: Note, language: str) -> str:
    """One note, to be found under the name of each of its blocks."""
    said = note[language]
    more = "".join(f'<span id="{name}"></span>' for name in names[1:])
    name = said["name"] + ("" if said["name"].endswith("?") else ".")
    head = f"<strong>{escape(name)}</strong>"
    return f'<p id="{names[0]}">{more}{head} {escape(said["why"])}</p>'
