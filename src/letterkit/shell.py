"""What the commands give to a shell: completion, and manual pages. Both are made of their help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import Any

SHELLS = ("bash", "zsh", "fish")

_FILES = re.compile(r"CASE\.yaml|FILE|file")


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script by which ``shell`` completes the command of ``parser``."""
    import shtab

    for action in _actions(parser):
        meant = str(action.metavar or action.dest)
        if _FILES.fullmatch(meant):
            action.complete = shtab.FILE
        elif meant == "DIR":
            action.complete = shtab.DIRECTORY
        elif "|" in meant and action.nargs != 0:
            action.choices = [word for word in meant.split("|") if not word.isupper()]
    script: str = shtab.complete(parser, shell=shell)
    return script


def _actions(parser: argparse.ArgumentParser) -> Iterator[Any]:
    """Every argument of ``parser`` and of its commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _actions(inner)
        else:
            yield action


def manual(parser: argparse.ArgumentParser) -> str:
    """The manual page (section 1) of the command of ``parser``, as man reads it."""
    return "\n".join(_manual(parser)) + "\n"


def _manual(parser: argparse.ArgumentParser) -> Iterator[str]:
    name, about = parser.prog, _folded(parser.description)
    yield f'.TH "{name.upper()}" 1 "" letterkit "User commands"'
    yield ".SH NAME"
    yield f"{_escaped(name)} \\- {_escaped(about.partition('.')[0])}"
    yield ".SH SYNOPSIS"
    yield _escaped(_folded(parser.format_usage().partition(":")[2]))
    yield ".SH DESCRIPTION"
    yield _escaped(about)
    yield ".SH OPTIONS"
    yield from _options(parser)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield ".SH COMMANDS"
            for command, inner in action.choices.items():
                yield f".SS {_escaped(command)}"
                yield _escaped(_folded(inner.description))
                yield from _options(inner)
    if parser.epilog:
        for part in parser.epilog.strip().split("\n\n"):
            head, _, body = part.partition("\n")
            yield f".SH {_escaped(head.rstrip(':').upper())}"
            yield ".nf"
            yield from map(_escaped, body.split("\n"))
            yield ".fi"


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """A tagged paragraph for each argument."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        takes = "" if action.nargs == 0 else str(action.metavar or action.dest)
        shown = [("B", ", ".join(action.option_strings)), ("I", takes)]
        yield ".TP"
        yield " ".join(f"\\f{font}{_escaped(text)}\\fR" for font, text in shown if text)
        yield _escaped(_folded(action.help))


def _folded(text: str | None) -> str:
    return " ".join((text or "").split())


def _escaped(text: str) -> str:
    """``text`` as man prints it: hyphens stay hyphens, and no line is taken for a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub("[^\x00-\x7f]", lambda sign: f"\\[u{ord(sign[0]):04X}]", text)
    return f"\\&{text}" if text.startswith((".", "'")) else text
