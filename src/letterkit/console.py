"""What the commands share: exit codes, messages on the screen, dates and languages typed in.

Messages go to standard error, results to standard output, UTF-8 on every platform. Only a
terminal gets colours, and one that cannot show a sign (a Windows console in code page 850, say)
gets the nearest it can.
"""

from __future__ import annotations

import argparse
import codecs
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from errno import EISDIR, ENOTSUP
from pathlib import Path
from typing import TextIO

from letterkit import data, model
from letterkit.errors import ERROR, NOTE, WARNING, Finding, InputError, LetterkitError, Refused

DONE, REFUSED, WRONG_INPUT, OUR_FAULT = 0, 1, 2, 3

COLOURS = {ERROR: "31", WARNING: "33", NOTE: "36"}
"""ANSI colour of the place a finding is about, by its severity."""

NEAREST = {
    "\N{NO-BREAK SPACE}": " ",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "…": "...",
    "€": "EUR",
    "\u2610": "[ ]",
}
"""What stands for a sign that a console lacks; any other becomes a question mark."""


def run(
    ui: str | None,
    work: Callable[[str], None],
    explain: Callable[[LetterkitError, str], str] | None = None,
) -> int:
    """Do ``work`` in the language of the screen; the exit code. ``explain`` words a stop."""
    spoken = "en"
    try:
        spoken = language(ui)
        work(spoken)
        sys.stdout.flush()
    except LetterkitError as error:
        tell(explain(error, spoken) if explain else told(error.findings, spoken))
        return REFUSED if isinstance(error, Refused) else WRONG_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        finding = Finding("our_fault", seen=f"{type(fault).__name__}: {fault}")
        tell(finding.explain(spoken))
        if os.environ.get("LETTERKIT_DEBUG"):
            raise
        return OUR_FAULT
    return DONE


def parse(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments; a sign in the help that the console lacks does not stop it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="nearest")
    return parser.parse_args(argv)


def told(findings: Sequence[Finding], ui: str) -> str:
    """Findings one under the other, on a terminal with the place of each in colour."""
    return "\n".join(_lit(finding, ui) for finding in findings)


def _lit(finding: Finding, ui: str) -> str:
    text, place = finding.explain(ui), finding.where
    if not place or not colourful(sys.stderr):
        return text
    return f"\x1b[1;{COLOURS[finding.severity]}m{place}\x1b[0m{text[len(place) :]}"


def colourful(stream: TextIO) -> bool:
    """Whether ``stream`` is a terminal that wants colours (https://no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def tell(text: str) -> None:
    """Say ``text`` on standard error."""
    _put(sys.stderr, text + "\n")


def is_conversation() -> bool:
    """Whether a person sits at the terminal, so that questions can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> str:
    """Put a question and read the answer, one line. Ctrl+D ends the command as Ctrl+C does."""
    _put(sys.stderr, f"{question} ")
    answer = sys.stdin.readline()
    if not answer:
        raise KeyboardInterrupt
    return answer


def show(text: str) -> None:
    """Write ``text`` to standard output, as it is."""
    _put(sys.stdout, text)


def show_bytes(raw: bytes) -> None:
    """Write UTF-8 text, or what is no text at all, to standard output."""
    if sys.stdout.isatty():
        show(raw.decode(errors="replace"))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def _put(stream: TextIO, text: str) -> None:
    stream.flush()
    stream.buffer.write(text.encode(_encoding(stream), "nearest"))
    stream.buffer.flush()


def _encoding(stream: TextIO) -> str:
    """UTF-8, but on a terminal what the terminal says it reads."""
    return stream.encoding if stream.isatty() and stream.encoding else "utf-8"


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """What takes the place of signs that an encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(NEAREST.get(sign) or _without_accent(sign) for sign in lost), error.end


def _without_accent(sign: str) -> str:
    from unicodedata import normalize

    letter = normalize("NFKD", sign)[0]
    return letter if letter.isascii() else "?"


codecs.register_error("nearest", _nearest)


def language(chosen: str | None) -> str:
    """The language of messages: ``chosen`` (``--ui``), else the system's if it is one of ours."""
    if chosen is not None and chosen not in model.LANGUAGES:
        raise wrong("ui_unknown", chosen, model.LANGUAGES)
    environment = os.environ
    said = (
        environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG", "")
    )
    return chosen or (said[:2] if said[:2] in model.LANGUAGES else "en")


def write_files(files: dict[Path, bytes], force: bool) -> None:
    """Write every file or none: beside its place first, then moved there."""
    there = [str(path) for path in files if os.path.lexists(path)]
    if there and not force:
        raise wrong("file_exists", ", ".join(there))
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, raw in files.items():
            if path.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
            if path.exists() and not path.is_file():  # a device: the file would take its place
                raise OSError(ENOTSUP, os.strerror(ENOTSUP), str(path))
            path.parent.mkdir(parents=True, exist_ok=True)
            drafts.append((data.draft_of(path), path))
            data.write_draft(path, raw)
        for draft, path in drafts:
            draft.replace(path)
    except OSError as error:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
        raise wrong("cannot_write", f"{error.filename}: {error.strerror}") from None


def wrong(id: str, seen: str, choices: Sequence[str] = ()) -> InputError:
    """An argument that cannot be taken."""
    return InputError([Finding(id, seen=seen, values={"choices": ", ".join(choices)})])


def day(given: str | None) -> date:
    """A date typed as YYYY-MM-DD; today when none was given."""
    if given is None:
        return date.today()
    try:
        if len(given) == 10:
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise wrong("date_argument", given)
