"""Our words: a chain of template files, block by block.

A letter is composed from files, most special first: the user's own folder, the
letter that a statute prescribes (``fr/special/BE-consumer-1.txt``), the kind of
debtor (``fr/consumer.txt``), the law (``fr/law/BE.txt``), the stage
(``fr/3-final-demand.txt``). The stage file fixes which blocks exist and their
order; each block is taken from the first file that has it. There is no
``extends``: calling the blocks of an extending template one by one loses
inherited blocks and misspelt overrides in silence.

The grammar is a white list: text, ``{{ name }}``, ``{{ word.name }}``,
``{{ name | filter }}``, ``{% if name %}``, ``not``, ``else``, and
``{% block %}`` at the top: so little of Jinja's that it is read here, mark by
mark (a letter by command would wait a third longer for Jinja itself). Nothing
is ever compiled or called, so a value cannot become a template.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from letterkit import data, locale
from letterkit.errors import WARNING, Finding, InputError
from letterkit.locale import Locale
from letterkit.model import NAMED, Block
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
BESIDE = ("title", *SHORT_BLOCKS)
"""Blocks of a stage file that stand beside the letter, not in it."""

_SPACE = re.compile(r"[ \t\r\n]+")
_PARAGRAPH = "\n\n"
_MARK = re.compile(r"\{%(?P<tag>.*?)%\}|\{\{(?P<value>.*?)\}\}|(?P<comment>\{#.*?#\})", re.DOTALL)
_BEGUN = re.compile(r"\{[%{#]")
_TAG = re.compile(r"\s*(?:(if|if\s+not|block)\s+([a-z]\w*)|else|endif|endblock)\s*")
_VALUE = re.compile(rf"\s*(?:word\.(\w+)|([a-z]\w*)(?:\s*\|\s*({'|'.join(FILTERS)}))?)\s*")
_BLOCK = re.compile(r"\{%-?\s*block\s+(\w+)")
_REMEMBERED = 500  # variants, for each block
STAGED = re.compile(rf"^(\w+?)_({'|'.join(STAGE_FILES)})$")
"""A block name of a law or kind file that ends in its stage."""


Facts = Mapping[str, str | bool]


class Value(NamedTuple):
    """A fact to print; ``put`` writes a preposition before it, if one is asked for."""

    name: str
    put: Callable[[str], str] | None = None


class Choice(NamedTuple):
    """A condition: what counts where the fact holds, and where it does not."""

    name: str
    then: Parts
    otherwise: Parts


Parts = list["str | Value | Choice"]


class Names(NamedTuple):
    """What a template may name: values it may print, flags it may only ask."""

    values: frozenset[str]
    flags: frozenset[str]


class Variant:
    """A block whose conditions are answered: pieces of text, and the values between them.

    ``fixed`` are its paragraphs if no value stands in them.
    """

    def __init__(self, parts: list[str | Value]) -> None:
        # No text holds two braces: they would begin a value.
        text = _folded("".join("{{" if isinstance(part, Value) else part for part in parts))
        self._pieces = [piece for text in text.split("{{") for piece in (text, "")][:-1]
        values = [part for part in parts if isinstance(part, Value)]
        self._said = _those([value.name for value in values])
        self._put = [(2 * n + 1, value.put) for n, value in enumerate(values) if value.put]
        self.fixed = None if values else _paragraphs(text)

    def paragraphs(self, facts: Facts) -> tuple[str, ...]:
        """The paragraphs with the values of ``facts``, each one line; empty ones are left out."""
        if self.fixed is not None:
            return self.fixed
        pieces = self._pieces.copy()
        pieces[1::2] = self._said(facts)
        for place, put in self._put:
            pieces[place] = put(pieces[place])
        text = "".join(pieces)
        if "  " in text or "\n" in text:
            return _paragraphs(text)
        text = text.strip(" ")
        return (text,) if text else ()


def _those(names: Sequence[str]) -> Callable[[Facts], Sequence[Any]]:
    """What gives the facts ``names``, all at once."""
    if len(names) < 2:  # of one, `itemgetter` gives the fact itself
        return lambda facts: [facts[name] for name in names]
    return operator.itemgetter(*names)


class Template:
    """One block, read for one locale: text, values and conditions.

    Most letters of a batch answer its conditions alike. So for each set of
    answers it is put together once, as a `Variant`.
    """

    def __init__(self, parts: Parts, line: int = 0) -> None:
        self.parts, self.line = parts, line
        self.asked = sorted(_asked(parts))
        self._answers = _those(self.asked)
        self._variants: dict[Answers, Variant] = {}

    @property
    def printed(self) -> set[str]:
        """The values that the block prints, under one condition or another."""
        return _printed(self.parts)

    def paragraphs(self, facts: Facts) -> tuple[str, ...]:
        """The block's paragraphs, filled with ``facts``."""
        return self.variant(facts).paragraphs(facts)

    def variant(self, facts: Facts) -> Variant:
        """The block as ``facts`` answer its conditions."""
        answers = tuple(map(bool, self._answers(facts)))
        found = self._variants.get(answers)
        if found is None:
            holds = dict(zip(self.asked, answers, strict=True))
            found = Variant(list(_said(self.parts, holds)))
            _remember(self._variants, answers, found)
        return found


class Body:
    """The blocks that follow each other in a letter, with one set of answers for all of them."""

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self._templates = templates
        self.asked = frozenset(name for t in templates.values() for name in t.asked)
        self._answers = _those(sorted(self.asked))
        self._variants: dict[Answers, tuple[Named, list[tuple[int, str, Variant]]]] = {}

    def blocks(self, facts: Facts) -> Named:
        """Each by its name, filled with ``facts``; None for one that comes out empty."""
        answers = tuple(map(bool, self._answers(facts)))
        found = self._variants.get(answers)
        if found is None:
            variants = [(name, t.variant(facts)) for name, t in self._templates.items()]
            found = (
                [(n, Block(n, v.fixed) if v.fixed else None) for n, v in variants],
                [(n, *each) for n, each in enumerate(variants) if each[1].fixed is None],
            )
            _remember(self._variants, answers, found)
        ready, to_fill = found
        blocks = ready.copy()
        for place, name, variant in to_fill:
            paragraphs = variant.paragraphs(facts)
            blocks[place] = name, Block(name, paragraphs) if paragraphs else None
        return blocks


Answers = tuple[bool, ...]
Named = list[tuple[str, "Block | None"]]
T = TypeVar("T")


def _remember(known: dict[Answers, T], answers: Answers, found: T) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[answers] = found


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple([folded for part in text.split(_PARAGRAPH) if (folded := _folded(part))])


def _asked(parts: Parts) -> set[str]:
    """The facts that the conditions among ``parts`` ask for."""
    choices = [part for part in parts if isinstance(part, Choice)]
    inner = [_asked(branch) for choice in choices for branch in (choice.then, choice.otherwise)]
    return {choice.name for choice in choices}.union(*inner)


def _printed(parts: Parts) -> set[str]:
    """The values that ``parts`` print."""
    choices = [part for part in parts if isinstance(part, Choice)]
    inner = [_printed(branch) for choice in choices for branch in (choice.then, choice.otherwise)]
    return {part.name for part in parts if isinstance(part, Value)}.union(*inner)


def _said(parts: Parts, holds: Mapping[str, bool]) -> Iterator[str | Value]:
    """The text and the values that are left of ``parts`` once the conditions are answered."""
    for part in parts:
        if isinstance(part, Choice):
            yield from _said(part.then if holds[part.name] else part.otherwise, holds)
        else:
            yield part


class File(NamedTuple):
    """One template file of a chain, read for one locale: its blocks, in order."""

    name: str
    blocks: Mapping[str, Template]


def _fault(id: str, file: str, line: int = 0, at: str = "", /, **values: str) -> InputError:
    """What is wrong in a template: its file, the line, and ``at``, the block."""
    return InputError([Finding(id, path=at, file=file, line=line, values=values)])


def _gap(space: re.Match[str]) -> str:
    """White space as it counts: a blank line parts paragraphs, anything else is one space."""
    return _PARAGRAPH if space[0].count("\n") > 1 else " "


def _folded(text: str) -> str:
    """``text`` without the spaces that an omitted part leaves behind."""
    text = text.strip(" ")
    return " ".join([word for word in text.split(" ") if word]) if "  " in text else text


class _Reader:
    """Reads the text of one file, mark by mark, into blocks; refuses what the grammar lacks."""

    def __init__(self, source: str, file: str, names: Names, spoken: Locale, person: bool) -> None:
        self.source, self.file, self.names, self.spoken = source, file, names, spoken
        self.words = spoken.words_for(person)
        self.marks = _MARK.finditer(source)
        self.at = 0  # the end of the last mark
        self.block = ""

    def blocks(self) -> dict[str, Template]:
        found = {}
        for mark in self.marks:
            self.nothing_until(mark.start())
            self.at = mark.end()
            tag = _TAG.fullmatch(mark["tag"] or "")
            if tag and tag[1] == "block":
                self.block = tag[2]
                parts, _ = self.parts(mark, "endblock")
                found[self.block] = Template(parts, self.line(mark.start()))
                self.block = ""
            elif not mark["comment"]:
                raise self.fault("template_grammar", mark.start())
        self.nothing_until(len(self.source))
        return found

    def parts(self, opened: re.Match[str], *ends: str) -> tuple[Parts, str]:
        """What follows the mark ``opened``, up to a tag of ``ends``; and which one that is."""
        parts: Parts = []
        for mark in self.marks:
            text = _SPACE.sub(_gap, self.until(mark.start()))
            self.at = mark.end()
            parts.append(self.spoken.typography(text, sms=self.block in SMS_BLOCKS))
            if mark["value"] is not None:
                parts.append(self.value(mark))
            elif mark["tag"] is not None:
                tag = _TAG.fullmatch(mark["tag"])
                if tag is None:
                    raise self.fault("template_grammar", mark.start())
                if tag[0].strip() in ends:
                    return parts, tag[0].strip()
                if tag[1] == "block":
                    raise self.fault("template_block_nested", mark.start(), block=tag[2])
                if tag[1] is None:
                    raise self.fault("template_syntax", mark.start(), said=mark[0])
                parts.append(self.choice(mark, tag))
        self.until(len(self.source))
        raise self.fault("template_syntax", opened.start(), said=opened[0])

    def choice(self, mark: re.Match[str], tag: re.Match[str]) -> Choice:
        name = self.known(mark, tag[2], self.names.values | self.names.flags)
        then, end = self.parts(mark, "else", "endif")
        otherwise = self.parts(mark, "endif")[0] if end == "else" else []
        return Choice(name, then, otherwise) if tag[1] == "if" else Choice(name, otherwise, then)

    def value(self, mark: re.Match[str]) -> str | Value:
        said = _VALUE.fullmatch(mark["value"])
        if said is None:
            raise self.fault("template_grammar", mark.start())
        word, name, preposition = said.groups()
        if word is None:
            known = self.known(mark, name, self.names.values)
            return Value(known, getattr(self.spoken, preposition) if preposition else None)
        if word not in self.words:
            raise self.fault("template_word_unknown", mark.start(), word=word)
        return self.words[word]

    def known(self, mark: re.Match[str], name: str, names: frozenset[str]) -> str:
        if name not in names:
            guess = nearest(name, sorted(names)) or min(names)
            raise self.fault("template_name_unknown", mark.start(), name=name, guess=guess)
        return name

    def until(self, end: int) -> str:
        """The text from the last mark to ``end``; a mark that begins in it has no end."""
        begun = _BEGUN.search(self.source, self.at, end)
        if begun:
            raise self.fault(
                "template_syntax", begun.start(), said=self.source[begun.start() : end]
            )
        return self.source[self.at : end]

    def nothing_until(self, end: int) -> None:
        """Raise if there is text up to ``end``: all of it belongs into blocks."""
        text = self.until(end).lstrip()
        if text:
            raise self.fault("template_text_outside", end - len(text), text=text.strip()[:40])

    def fault(self, id: str, at: int, /, **values: str) -> InputError:
        return _fault(id, self.file, self.line(at), self.block, **values)

    def line(self, at: int) -> int:
        """The line of the file on which the character ``at`` stands."""
        return self.source.count("\n", 0, at) + 1


def read_file(source: str, name: str, tag: str, names: Names, *, person: bool = False) -> File:
    """Read one template file for a locale; ``names`` may be printed or tested.

    Raises `InputError` that names file and line.
    """
    return File(name, _Reader(source, name, names, locale.get(tag), person).blocks())


@functools.cache
def _own_file(path: str, tag: str, names: Names, person: bool) -> File | None:
    source = data.own_text("templates", path)
    if source is None:
        return None
    return read_file(source, path, tag, names, person=person)


def users_file(path: Path, tag: str, names: Names, person: bool) -> File | None:
    """A file of the user's own words, or None where there is none; raises `InputError`."""
    try:
        source = data.user_text(path)
    except UnicodeDecodeError as error:
        seen = f"0x{error.object[error.start]:02X}"
        raise InputError([Finding("file_encoding", seen=seen, file=str(path))]) from None
    if source is None:
        return None
    return _known(read_file(source, str(path), tag, names, person=person), tag[:2])


def _known(file: File, language: str) -> File:
    """The user's file, if every block of it belongs to a letter; raises `InputError`."""
    known = _blocks_of(language)
    for block in file.blocks:
        staged = STAGED.match(block)
        if block not in known and (staged is None or staged[1] not in known):
            choices, line = ", ".join(sorted(known)), file.blocks[block].line
            raise _fault("template_block_unknown", file.name, line, block=block, choices=choices)
    return file


@functools.cache
def _blocks_of(language: str) -> frozenset[str]:
    """The names of all blocks of a language's letters and lines."""
    paths = [f"{language}/{name}.txt" for name in (*STAGE_FILES.values(), "lines")]
    sources = [data.own_text("templates", path) or "" for path in paths]
    return frozenset(block for source in sources for block in _BLOCK.findall(source))


class Chain(NamedTuple):
    """The blocks of one letter, each from the most special file that has it.

    ``body`` follows the stage file's order; the blocks that stand beside the
    letter (its title, the subject of a mail, the SMS) are not in it. ``lost`` warns
    of values that our letter prints and the user's words no longer do.
    """

    body: Body
    blocks: Mapping[str, Template]
    lost: tuple[Finding, ...] = ()


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
    paths = paths_of(stage, language, law, consumer)
    base = _own_file(paths[0], tag, names, person)
    if base is None:
        raise _fault("template_missing", paths[0])
    files = [_own_file(path, tag, names, person) for path in paths]
    ours = _layered(base, files, stage)
    blocks, lost = ours, []
    if folder is not None:
        theirs = [users_file(folder / path, tag, names, person) for path in paths]
        blocks = _layered(base, [*files, *theirs], stage)
        lost = list(_lost(stage, ours, blocks, theirs))
    body = {name: template for name, template in blocks.items() if name not in BESIDE}
    return Chain(Body(body), blocks, tuple(lost))


def paths_of(stage: str, language: str, law: str, consumer: bool) -> list[str]:
    """The files that the letter of ``stage`` is composed from, the most general first."""
    paths = [f"{language}/{STAGE_FILES.get(stage, stage)}.txt"]
    if stage != "lines":
        paths.append(f"{language}/law/{law}.txt")
        if consumer:
            paths.append(f"{language}/consumer.txt")
            paths.append(f"{language}/special/{law}-consumer-{stage}.txt")
    return paths


def _layered(base: File, files: Sequence[File | None], stage: str) -> dict[str, Template]:
    """The blocks of ``base``, each from the last of ``files`` that has it."""
    blocks = dict(base.blocks)
    for file in files:
        for block in base.blocks if file else ():
            for name in (block, f"{block}_{stage}"):
                if file and name in file.blocks:
                    blocks[block] = file.blocks[name]
    return blocks


def _lost(
    stage: str,
    ours: Mapping[str, Template],
    blocks: Mapping[str, Template],
    theirs: Sequence[File | None],
) -> Iterator[Finding]:
    """A warning for each value that ``ours`` prints in the letter and ``blocks`` do not."""
    still = _printed_by(blocks)
    for name in sorted(_printed_by(ours) - still - _free(stage)):
        changed = [n for n in ours if ours[n] is not blocks[n] and name in ours[n].printed]
        mine = blocks[changed[0]]
        file = next(f.name for f in reversed(theirs) if f and mine in f.blocks.values())
        yield Finding(
            "template_value_lost",
            WARNING,
            path=changed[0],
            file=file,
            line=mine.line,
            values={"name": name},
        )


def _printed_by(blocks: Mapping[str, Template]) -> set[str]:
    return set().union(*(t.printed for name, t in blocks.items() if name not in SMS_BLOCKS))


@functools.cache
def _free(stage: str) -> frozenset[str]:
    """The values that the words of the letter of ``stage`` may leave unsaid."""
    known: Mapping[str, str] = data.own_yaml("templates", "parity.yaml")
    return frozenset(key.removeprefix(f"{STAGE_FILES.get(stage, stage)} ") for key in known)


class Words:
    """A chain filled with one set of facts.

    Its texts are without the spaces that conditions leave, its paragraphs one
    line each, without the empty ones; a block that the letter lacks is empty.
    """

    def __init__(self, chain: Chain, facts: Facts) -> None:
        self._chain = chain
        self._facts = facts

    def line(self, block: str) -> str:
        """The block as one line."""
        return " ".join(self.paragraphs(block))

    def paragraphs(self, block: str) -> tuple[str, ...]:
        """The block's paragraphs."""
        template = self._chain.blocks.get(block)
        return template.paragraphs(self._facts) if template else ()

    def body(self) -> Named:
        """The letter's blocks by name, in the stage file's order; None for one that is empty."""
        return self._chain.body.blocks(self._facts)
