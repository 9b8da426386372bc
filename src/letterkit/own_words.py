"""One's own words: ours copied out to be changed, and a folder of changed ones checked.

A copied block sleeps in a comment until somebody wakes it: a whole file of ours in the user's
folder would take the place of the words that a law or a consumer asks for.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from letterkit import data, facts, letter, phrases, wording
from letterkit import law as rules
from letterkit.errors import Finding, InputError, LetterkitError, Refused
from letterkit.locale import HOME
from letterkit.model import LANGUAGES, LAWS, LOCALES
from letterkit.statement import said
from letterkit.values import nearest
from letterkit.wording import STAGE_FILES, STAGED

_BLOCK = re.compile(r"\{% block (\w+) %\}.*?\{% endblock %\}", re.DOTALL)
_WIDTH = 96


def about(block: str, ui: str) -> str:
    """What a block is for, in the language of the screen."""
    sentences: Mapping[str, Mapping[str, str]] = data.own_yaml("locales", "blocks.yaml")
    return sentences[block][ui]


def copied(
    folder: str,
    language: str,
    stages: Sequence[str],
    *,
    awake: Sequence[str] = (),
    law: str = "",
    consumer: bool = False,
    ui: str,
) -> dict[Path, bytes]:
    """The files of our words for the letters ``stages`` in ``language``, by where they go.

    With ``law`` or ``consumer`` those that differ for them as well. ``awake`` names the blocks to
    copy, ready to be changed; without it every block is copied, asleep.
    """
    if language not in LANGUAGES:
        values = {"choices": ", ".join(LANGUAGES)}
        raise InputError([Finding("language_unknown", seen=language, values=values)])
    rules.known(law or LAWS[0])
    found: dict[str, dict[str, str]] = {}
    for stage in map(letter.stage_name, stages):
        ours = _blocks(f"{language}/{STAGE_FILES[stage]}.txt")
        for path in wording.paths_of(stage, language, law or "-", consumer):
            for name, source in _blocks(path).items():
                if _base(name, stage) in ours:
                    found.setdefault(path, {})[name] = source
    known = sorted({_base(name) for blocks in found.values() for name in blocks})
    for name in awake:
        if name not in known:
            values = {"choices": ", ".join(known)}
            raise InputError([Finding("words_block_unknown", seen=name, values=values)])
    files = {}
    for path, blocks in found.items():
        kept = {n: text for n, text in blocks.items() if not awake or _base(n) in awake}
        if kept:
            text = "\n".join(_file(path, kept, bool(awake), folder, ui))
            files[Path(folder, path)] = text.encode()
    return files


def _blocks(path: str) -> dict[str, str]:
    """The blocks of one of our files, as they are written there."""
    source = data.own_text("templates", path) or ""
    return {found[1]: found[0] for found in _BLOCK.finditer(source)}


def _base(name: str, stage: str = "") -> str:
    """The block that ``name`` stands for; nothing if it is one of another letter than ``stage``."""
    staged = STAGED.match(name)
    if staged is None:
        return name
    return staged[1] if stage in ("", staged[2]) else ""


def _file(path: str, blocks: dict[str, str], awake: bool, folder: str, ui: str) -> Iterator[str]:
    yield _note(said("words_head", ui, folder=folder))
    language, _, name = path.partition("/")
    if "/" not in name and name != "consumer.txt":
        same = sorted(_special(language, set(blocks)))
        if same:
            yield _note(said("words_same", ui, files=", ".join(same)))
    for block, source in blocks.items():
        yield ""
        yield _note(f"{block}: {about(_base(block), ui)}")
        yield source if awake else f"{{#\n{source}\n#}}"
    yield ""


def _special(language: str, blocks: set[str]) -> Iterator[str]:
    """Our files with words of their own for one of these blocks."""
    special = (f"special/{law}-consumer-{stage}.txt" for law in LAWS for stage in STAGE_FILES)
    for name in ("consumer.txt", *(f"law/{law}.txt" for law in LAWS), *special):
        if {_base(block) for block in _blocks(f"{language}/{name}")} & blocks:
            yield name


def _note(text: str) -> str:
    from textwrap import fill

    return "{# " + fill(text, _WIDTH, subsequent_indent="   ", break_on_hyphens=False) + " #}"


def check(folder: str | Path, ui: str) -> str:
    """Say that the words in ``folder`` fit, under every law, for businesses and consumers.

    Raises `InputError` with all that breaks the grammar, `Refused` where only values that our
    letters print are lost.
    """
    root = Path(folder)
    paths = sorted(path for path in root.rglob("*.txt") if path.is_file())
    if not paths:
        raise InputError([Finding("template_folder_empty", file=str(folder))])
    wrong = list(_unknown(root, paths))
    strangers = {finding.file for finding in wrong}
    count = 0
    for path in paths:
        if str(path) in strangers:
            continue
        names = phrases.NAMES if path.name == "lines.txt" else facts.NAMES
        for tag, person in _ways(path.relative_to(root).parts[0]):
            try:
                file = wording.users_file(path, tag, names, person)
            except LetterkitError as error:
                wrong += error.findings
                break
        else:
            count += len(file.blocks) if file else 0
    if wrong:
        raise InputError(wrong)
    lost = {(f.file, f.path, f.values["name"]): f for f in _lost(root, paths)}
    if lost:
        raise Refused(list(lost.values()))
    return said("template_words_fit", ui, count=str(count), files=str(folder)) + "\n"


def _ways(language: str) -> Iterable[tuple[str, bool]]:
    """The locales of a language, each for persons and for companies."""
    tags = [tag for tag in LOCALES if tag.startswith(f"{language}-")]
    return itertools.product(tags, (False, True))


def _unknown(root: Path, paths: list[Path]) -> Iterator[Finding]:
    """A file that no letter would ever read."""
    names = [*STAGE_FILES.values(), "lines", "consumer"]
    names += [f"law/{law}" for law in LAWS]
    names += [f"special/{law}-consumer-{stage}" for law in LAWS for stage in STAGE_FILES]
    known = [f"{language}/{name}.txt" for language in LANGUAGES for name in names]
    for path in paths:
        name = path.relative_to(root).as_posix()
        if name not in known:
            guess = nearest(name, known) or known[0]
            yield Finding("template_file_unknown", file=str(path), values={"guess": guess})


def _lost(root: Path, paths: list[Path]) -> Iterator[Finding]:
    """What the letters lose by these words, whatever the law and the debtor."""
    for language in sorted({path.relative_to(root).parts[0] for path in paths}):
        for stage, law, consumer in itertools.product(STAGE_FILES, LAWS, (False, True)):
            chain = wording.chain(
                stage,
                HOME[language],
                law,
                consumer=consumer,
                person=consumer,
                names=facts.NAMES,
                folder=root,
            )
            yield from chain.lost
