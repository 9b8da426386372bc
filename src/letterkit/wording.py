"""Our words: a chain of template files, block by block.

A letter is composed from files, most special first: the user's own folder, the
kind of debtor (``fr/consumer.txt``), the law (``fr/law/BE.txt``), the stage
(``fr/3-final-demand.txt``). The stage file fixes which blocks exist and their
order; each block is taken from the first file that has it. There is no
``extends``: calling the blocks of an extending template one by one loses
inherited blocks and misspelt overrides in silence.

The grammar is a white list, checked on the syntax tree: text, ``{{ name }}``,
``{{ word.name }}``, ``{{ name | filter }}``, ``{% if name %}``, ``not``,
``else``, and ``{% block %}`` at the top. Values are plain text in an immutable
sandbox: a value can never become a template.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from letterkit import data, locale
from letterkit.errors import Finding, InputError
from letterkit.locale import Locale

STAGE_FILES = {
    "1": "1-reminder",
    "2": "2-second-reminder",
    "3": "3-final-demand",
    "4": "4-handover",
}
"""Stage → its file, without language and ending."""

FILTERS = ("on", "of", "by", "since")
"""Filters that put a preposition in front of a finished date."""

SMS_BLOCKS = ("sms", "sms_compact", "sms_discreet")
SHORT_BLOCKS = ("email_subject", *SMS_BLOCKS)
"""Blocks of a stage file that stand beside the letter, not in it."""

_TAG = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
_BLOCK_TAG = re.compile(r"\{%-?\s*block\s+(\w+)\s*-?%\}")
_WORD = re.compile(r"\{\{\s*word\.(\w+)\s*\}\}")
_SPACE = re.compile(r"[ \t\r\n]+")
_PARAGRAPH = "\n\n"
STAGED = re.compile(r"^(\w+?)_([1-4])$")
"""A block name of a law or kind file that ends in its stage."""


@dataclass(frozen=True)
class File:
    """One template file of a chain, compiled for one locale."""

    name: str
    blocks: Mapping[str, Callable[[Any], Iterator[str]]]
    context: Callable[[dict[str, str | bool]], Any]


@functools.cache
def _environment(tag: str) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    environment.filters.clear()
    spoken = locale.get(tag)
    for name in FILTERS:
        environment.filters[name] = getattr(spoken, name)
    return environment


def _fault(id: str, file: str, line: int = 0, /, **values: str) -> InputError:
    return InputError([Finding(id, file=file, line=line, values=values)])


def _set_type(source: str, spoken: Locale, person: bool, name: str) -> str:
    """Put the words in and set the type (apostrophes, no-break spaces) of our own text."""
    words = spoken.words_for(person)

    def word(match: re.Match[str]) -> str:
        try:
            return words[match[1]]
        except KeyError:
            line = source.count("\n", 0, match.start()) + 1
            raise _fault("template_word_unknown", name, line, word=match[1]) from None

    pieces = _TAG.split(_WORD.sub(word, source))
    sms = False
    for index, piece in enumerate(pieces):
        if index % 2:
            opened = _BLOCK_TAG.match(piece)
            if opened:
                sms = opened[1] in SMS_BLOCKS
        else:
            pieces[index] = spoken.typography(_SPACE.sub(_gap, piece), sms=sms)
    return "".join(pieces)


def _gap(space: re.Match[str]) -> str:
    """White space as it counts: a blank line parts paragraphs, anything else is one space."""
    return _PARAGRAPH if space[0].count("\n") > 1 else " "


def _folded(text: str) -> str:
    """``text`` without the spaces that an omitted part leaves behind."""
    return " ".join([word for word in text.split(" ") if word])


def check_grammar(tree: nodes.Template, name: str, names: frozenset[str]) -> None:
    """Raise `InputError` for anything outside the white list; ``names`` may be printed or tested."""

    def walk(node: nodes.Node, top: bool) -> None:
        if isinstance(node, nodes.Block):
            if not top:
                raise _fault("template_block_nested", name, node.lineno, block=node.name)
            for child in node.body:
                walk(child, False)
        elif isinstance(node, nodes.Output):
            for child in node.nodes:
                walk(child, top)
        elif isinstance(node, nodes.TemplateData):
            if top and node.data.strip():
                text = node.data.strip()[:40]
                raise _fault("template_text_outside", name, node.lineno, text=text)
        elif isinstance(node, nodes.If) and not top and not node.elif_:
            test = node.test.node if isinstance(node.test, nodes.Not) else node.test
            if not isinstance(test, nodes.Name):
                raise _fault("template_grammar", name, node.lineno)
            walk(test, False)
            for child in (*node.body, *node.else_):
                walk(child, False)
        elif isinstance(node, nodes.Filter) and not top:
            if node.name not in FILTERS or node.args or node.kwargs or node.node is None:
                raise _fault("template_grammar", name, node.lineno)
            walk(node.node, False)
        elif isinstance(node, nodes.Name) and not top:
            if node.name not in names:
                raise _fault("template_name_unknown", name, node.lineno, name=node.name)
        else:
            raise _fault("template_grammar", name, node.lineno)

    for node in tree.body:
        walk(node, True)


def compile_file(
    source: str, name: str, tag: str, names: frozenset[str], *, person: bool = False
) -> File:
    """Compile one template file for a locale; raises `InputError` naming file and line."""
    environment = _environment(tag)
    source = _set_type(source, locale.get(tag), person, name)
    try:
        tree = environment.parse(source)
        check_grammar(tree, name, names)
        template = environment.from_string(tree)
    except TemplateSyntaxError as error:
        raise _fault("template_syntax", name, error.lineno, said=str(error.message)) from None
    return File(name, template.blocks, lambda facts: template.new_context(facts, shared=False))


@functools.cache
def _own_file(path: str, tag: str, names: frozenset[str], person: bool) -> File | None:
    source = data.own_text("templates", path)
    if source is None:
        return None
    return compile_file(source, path, tag, names, person=person)


def _file(
    path: str, tag: str, names: frozenset[str], person: bool, folder: Path | None
) -> Iterator[File]:
    if folder is not None:
        source = data.user_text(folder / path)
        if source is not None:
            yield compile_file(source, str(folder / path), tag, names, person=person)
    ours = _own_file(path, tag, names, person)
    if ours is not None:
        yield ours


def chain(
    stage: str,
    tag: str,
    law: str,
    *,
    consumer: bool,
    person: bool,
    names: frozenset[str],
    folder: Path | None = None,
) -> tuple[File, ...]:
    """The files of a letter, most special first; the last one is our stage file.

    ``stage`` is a key of `STAGE_FILES`, or ``lines`` for the phrases inside
    letters; ``folder`` is the user's own templates.
    """
    language = tag[:2]
    paths = [f"{language}/{STAGE_FILES.get(stage, stage)}.txt"]
    if stage != "lines":
        paths.insert(0, f"{language}/law/{law}.txt")
        if consumer:
            paths.insert(0, f"{language}/consumer.txt")
    found = tuple(file for path in paths for file in _file(path, tag, names, person, folder))
    if not any(file.name == paths[-1] for file in found):
        raise _fault("template_missing", paths[-1])
    return found


class Words:
    """The blocks of one chain, filled with one set of facts.

    ``text`` gives a block as it stands, ``line`` and ``paragraphs`` without the
    spaces that its conditions leave. An error while filling names file and block.
    """

    def __init__(
        self, files: tuple[File, ...], stage: str, facts: Mapping[str, str | bool]
    ) -> None:
        self._files = files
        self._stage = stage
        self._facts = dict(facts)
        self._contexts: dict[str, Any] = {}

    @property
    def order(self) -> tuple[str, ...]:
        """The blocks of the letter, in the stage file's order."""
        return tuple(name for name in self._files[-1].blocks if name not in SHORT_BLOCKS)

    def text(self, block: str) -> str:
        """The block from the first file that has it; empty where none has."""
        staged = f"{block}_{self._stage}"
        for file in self._files:
            call = file.blocks.get(staged) or file.blocks.get(block)
            if call is None:
                continue
            context = self._contexts.get(file.name)
            if context is None:
                context = self._contexts[file.name] = file.context(self._facts)
            try:
                return "".join(call(context))
            except UndefinedError as error:
                raise _fault(
                    "template_fill", f"{file.name}, block {block}", said=str(error.message)
                ) from None
        return ""

    def line(self, block: str) -> str:
        """The block as one line."""
        return _folded(self.text(block).replace(_PARAGRAPH, " "))

    def paragraphs(self, block: str) -> tuple[str, ...]:
        """The block's paragraphs, each one line; empty ones are left out."""
        found = [_folded(part) for part in self.text(block).split(_PARAGRAPH)]
        return tuple([part for part in found if part])
