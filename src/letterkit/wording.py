"""Our words: a chain of template files, block by block.

A letter is composed from files, most special first: the user's own folder, the
kind of debtor (``fr/consumer.txt``), the law (``fr/law/BE.txt``), the stage
(``fr/3-final-demand.txt``). The stage file fixes which blocks exist and their
order; each block is taken from the first file that has it. There is no
``extends``: calling the blocks of an extending template one by one loses
inherited blocks and misspelt overrides in silence.

The grammar is a white list: text, ``{{ name }}``, ``{{ word.name }}``,
``{{ name | filter }}``, ``{% if name %}``, ``not``, ``else``, and
``{% block %}`` at the top. Jinja reads a file into its syntax tree; what the
list does not know is refused there, and the rest is filled in here. Nothing is
ever compiled or called, so a value cannot become a template.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes

from letterkit import data, locale
from letterkit.errors import Finding, InputError
from letterkit.locale import Locale
from letterkit.model import NAMED
from letterkit.values import nearest

STAGE_FILES = {
    "1": "1-reminder",
    "2": "2-second-reminder",
    "3": "3-final-demand",
    "4": "4-handover",
    **{name: name for name in NAMED},
}
"""Stage → its file, without language and ending."""

FILTERS = ("on", "of", "by", "since")
"""Filters that put a preposition in front of a finished date."""

SMS_BLOCKS = ("sms", "sms_compact", "sms_discreet")
SHORT_BLOCKS = ("email_subject", *SMS_BLOCKS)
"""Blocks of a stage file that stand beside the letter, not in it."""

_SPACE = re.compile(r"[ \t\r\n]+")
_PARAGRAPH = "\n\n"
_BLOCK = re.compile(r"\{%-?\s*block\s+(\w+)")
STAGED = re.compile(rf"^(\w+?)_({'|'.join(STAGE_FILES)})$")
"""A block name of a law or kind file that ends in its stage."""


Facts = Mapping[str, str | bool]
Filler = Callable[[Facts], str]
Part = str | Filler


class Names(NamedTuple):
    """What a template may name: values it may print, flags it may only ask."""

    values: frozenset[str]
    flags: frozenset[str]


class File(NamedTuple):
    """One template file of a chain, read for one locale: its blocks, in order."""

    name: str
    blocks: Mapping[str, Filler]


READER = Environment()


def _fault(id: str, file: str, line: int = 0, /, **values: str) -> InputError:
    return InputError([Finding(id, file=file, line=line, values=values)])


def _gap(space: re.Match[str]) -> str:
    """White space as it counts: a blank line parts paragraphs, anything else is one space."""
    return _PARAGRAPH if space[0].count("\n") > 1 else " "


def _folded(text: str) -> str:
    """``text`` without the spaces that an omitted part leaves behind."""
    text = text.strip(" ")
    return " ".join([word for word in text.split(" ") if word]) if "  " in text else text


class _Reader:
    """Turns the syntax tree of one file into blocks; refuses what the white list lacks."""

    def __init__(self, file: str, names: Names, spoken: Locale, person: bool) -> None:
        self.file, self.names, self.spoken = file, names, spoken
        self.words = spoken.words_for(person)
        self.sms = False

    def blocks(self, tree: nodes.Template) -> dict[str, Filler]:
        found = {}
        for node in tree.body:
            if isinstance(node, nodes.Block):
                self.sms = node.name in SMS_BLOCKS
                found[node.name] = self.parts(node.body)
                continue
            for inner in node.nodes if isinstance(node, nodes.Output) else [node]:
                if not isinstance(inner, nodes.TemplateData):
                    raise _fault("template_grammar", self.file, node.lineno)
                if inner.data.strip():
                    text = inner.data.strip()[:40]
                    raise _fault("template_text_outside", self.file, node.lineno, text=text)
        return found

    def parts(self, body: list[nodes.Node]) -> Filler:
        return _filler(
            [
                self.part(inner)
                for node in body
                for inner in (node.nodes if isinstance(node, nodes.Output) else [node])
            ]
        )

    def part(self, node: nodes.Node) -> Part:
        if isinstance(node, nodes.TemplateData):
            return self.spoken.typography(_SPACE.sub(_gap, node.data), sms=self.sms)
        if isinstance(node, nodes.Name):
            return self.value(node)
        if isinstance(node, nodes.Getattr) and node.node == nodes.Name("word", "load"):
            return self.word(node)
        if isinstance(node, nodes.Filter) and isinstance(node.node, nodes.Name):
            return self.filtered(node, self.value(node.node))
        if isinstance(node, nodes.If) and not node.elif_:
            negated = isinstance(node.test, nodes.Not)
            test = node.test.node if isinstance(node.test, nodes.Not) else node.test
            if isinstance(test, nodes.Name):
                return _choice(
                    self.name(test), negated, self.parts(node.body), self.parts(node.else_)
                )
        if isinstance(node, nodes.Block):
            raise _fault("template_block_nested", self.file, node.lineno, block=node.name)
        raise _fault("template_grammar", self.file, node.lineno)

    def value(self, node: nodes.Name) -> Filler:
        if node.name not in self.names.values:
            raise self.unknown(node, self.names.values)
        found: Filler = itemgetter(node.name)
        return found

    def name(self, node: nodes.Name) -> str:
        known = self.names.values | self.names.flags
        if node.name not in known:
            raise self.unknown(node, known)
        return node.name

    def unknown(self, node: nodes.Name, known: frozenset[str]) -> InputError:
        guess = nearest(node.name, sorted(known))
        return _fault("template_name_unknown", self.file, node.lineno, name=node.name, guess=guess)

    def word(self, node: nodes.Getattr) -> str:
        if node.attr not in self.words:
            raise _fault("template_word_unknown", self.file, node.lineno, word=node.attr)
        return self.words[node.attr]

    def filtered(self, node: nodes.Filter, value: Filler) -> Filler:
        if node.name not in FILTERS or node.args or node.kwargs:
            raise _fault("template_grammar", self.file, node.lineno)
        put: Callable[[str], str] = getattr(self.spoken, node.name)
        return lambda facts: put(value(facts))


def _choice(name: str, negated: bool, then: Filler, otherwise: Filler) -> Filler:
    if negated:
        then, otherwise = otherwise, then
    return lambda facts: then(facts) if facts[name] else otherwise(facts)


def _filler(parts: list[Part]) -> Filler:
    """One function that fills all the parts: each value with the text after it."""
    first, pairs = "", []
    for part in parts:
        if not isinstance(part, str):
            pairs.append((part, ""))
        elif pairs:
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + part)
        else:
            first += part
    if not pairs:
        return lambda facts: first
    return lambda facts: first + "".join([fill(facts) + text for fill, text in pairs])


def read_file(source: str, name: str, tag: str, names: Names, *, person: bool = False) -> File:
    """Read one template file for a locale; ``names`` may be printed or tested.

    Raises `InputError` that names file and line.
    """
    try:
        tree = READER.parse(source)
    except TemplateSyntaxError as error:
        raise _fault("template_syntax", name, error.lineno, said=str(error.message)) from None
    return File(name, _Reader(name, names, locale.get(tag), person).blocks(tree))


@functools.cache
def _own_file(path: str, tag: str, names: Names, person: bool) -> File | None:
    source = data.own_text("templates", path)
    if source is None:
        return None
    return read_file(source, path, tag, names, person=person)


def _users_file(path: Path, tag: str, names: Names, person: bool) -> File | None:
    source = data.user_text(path)
    if source is None:
        return None
    return _known(read_file(source, str(path), tag, names, person=person), tag[:2])


def _known(file: File, language: str) -> File:
    """The user's file, if every block of it belongs to a letter; raises `InputError`."""
    known = _blocks_of(language)
    for block in file.blocks:
        staged = STAGED.match(block)
        if block not in known and (staged is None or staged[1] not in known):
            choices = ", ".join(sorted(_blocks_of(language)))
            raise _fault("template_block_unknown", file.name, block=block, choices=choices)
    return file


@functools.cache
def _blocks_of(language: str) -> frozenset[str]:
    """The names of all blocks of a language's letters and lines."""
    paths = [f"{language}/{name}.txt" for name in (*STAGE_FILES.values(), "lines")]
    sources = [data.own_text("templates", path) or "" for path in paths]
    return frozenset(block for source in sources for block in _BLOCK.findall(source))


class Chain(NamedTuple):
    """The blocks of one letter, each from the most special file that has it.

    ``order`` is the stage file's; the blocks that stand beside the letter (the
    subject of a mail, the SMS) are not in it.
    """

    order: tuple[str, ...]
    blocks: Mapping[str, Filler]


def chain(
    stage: str,
    tag: str,
    law: str,
    *,
    consumer: bool,
    person: bool,
    names: Names,
    folder: Path | None = None,
) -> Chain:
    """The words of the letter of ``stage`` in the locale ``tag`` under ``law``.

    ``stage`` is a key of `STAGE_FILES`, or ``lines`` for the phrases inside
    letters; ``folder`` is the user's own templates.
    """
    if folder is None:
        return _own_chain(stage, tag, law, consumer, person, names)
    return _chain(stage, tag, law, consumer, person, names, folder)


@functools.cache
def _own_chain(stage: str, tag: str, law: str, consumer: bool, person: bool, names: Names) -> Chain:
    return _chain(stage, tag, law, consumer, person, names, None)


def _chain(
    stage: str,
    tag: str,
    law: str,
    consumer: bool,
    person: bool,
    names: Names,
    folder: Path | None,
) -> Chain:
    language = tag[:2]
    paths = [f"{language}/{STAGE_FILES.get(stage, stage)}.txt"]
    if stage != "lines":
        paths.append(f"{language}/law/{law}.txt")
        if consumer:
            paths.append(f"{language}/consumer.txt")
    base = _own_file(paths[0], tag, names, person)
    if base is None:
        raise _fault("template_missing", paths[0])
    blocks = dict(base.blocks)
    files = [_own_file(path, tag, names, person) for path in paths]
    if folder is not None:
        files += [_users_file(folder / path, tag, names, person) for path in paths]
    for file in files:  # from the most general to the most special: the last one wins
        for block in base.blocks if file else ():
            for name in (block, f"{block}_{stage}"):
                if file and name in file.blocks:
                    blocks[block] = file.blocks[name]
    return Chain(tuple(name for name in base.blocks if name not in SHORT_BLOCKS), blocks)


class Words:
    """A chain filled with one set of facts.

    ``line`` and ``paragraphs`` give a block without the spaces that its
    conditions leave; a block that the letter lacks is empty.
    """

    def __init__(self, chain: Chain, facts: Facts) -> None:
        self._chain = chain
        self._facts = facts

    @property
    def order(self) -> tuple[str, ...]:
        """The blocks of the letter, in the stage file's order."""
        return self._chain.order

    def _text(self, block: str) -> str:
        fill = self._chain.blocks.get(block)
        return fill(self._facts) if fill else ""

    def line(self, block: str) -> str:
        """The block as one line."""
        return _folded(self._text(block).replace(_PARAGRAPH, " "))

    def paragraphs(self, block: str) -> tuple[str, ...]:
        """The block's paragraphs, each one line; empty ones are left out."""
        found = [_folded(part) for part in self._text(block).split(_PARAGRAPH)]
        return tuple([part for part in found if part])
