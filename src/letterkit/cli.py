"""The command ``render-letter``: arguments in, exit code out; no rules.

Exit codes: 0 done; 1 refused, a rule says that this letter must not be sent; 2
the input is wrong; 3 a fault of ours. Nothing is written to standard output,
and no file is left half-written, unless the code is 0.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from letterkit import case as case_reader
from letterkit import console, letter, model, schedule
from letterkit import law as rules
from letterkit.console import wrong
from letterkit.errors import Finding
from letterkit.render import planned
from letterkit.writers import WRITERS

EXAMPLES = """\
examples:
  letterkit init                                    write case.yaml, ready to edit
  render-letter case.yaml                           the next letter, as text
  render-letter case.yaml --stage 2 --language nl   the second reminder, in Dutch
  render-letter case.yaml --stage all --format html --output-dir letters
  render-letter case.yaml --stage thanks            all is paid: the account is settled
  render-letter --blank --stage 3 --language fr --law BE --kind business

exit codes:
  0  done
  1  refused: a rule says that this letter must not be sent; the reason and the
     line to write are on standard error
  2  the input is wrong: file, line, field, what was seen, what to write instead
  3  a fault of ours
"""


def letter_parser() -> argparse.ArgumentParser:
    """The arguments of ``render-letter``."""
    parser = argparse.ArgumentParser(
        prog="render-letter",
        description="Write the letter a case calls for: reminder, second reminder, final demand "
        "or notice that the file was handed over, or one of the short letters beside these; in "
        "French, Dutch, Italian or English, under the law of BE, CH, FR, GB, IE, IT, LU or NL.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("case", nargs="?", metavar="CASE.yaml", help="the case; - reads standard input")
    add(
        "--stage",
        metavar="1|2|3|4|all|NAME",
        help="which letter; default: the next one after the last one sent; all is 1 to 4. NAME: "
        "courtesy (before the due date), call (what was said on the telephone), dispute (answer "
        "to a disputed invoice), plan (agreement on instalments), thanks (all is paid), claim (the "
        "Letter of Claim that must come before court in England and Wales)",
    )
    add(
        "--language",
        metavar="TAG",
        help="fr, nl, it, en, or with its region: fr-BE, nl-NL…; default: as the case says",
    )
    add(
        "--law",
        metavar="XX",
        help="country whose law governs; default: as the case says, or where both parties live",
    )
    add("--date", metavar="YYYY-MM-DD", help="the letter's date; default: today")
    add("--format", default="txt", metavar="|".join(WRITERS), help="default: txt")
    add("--output", metavar="FILE", help="write to this file instead of standard output")
    add("--output-dir", metavar="DIR", help="write one file per letter into this folder")
    add("--force", action="store_true", help="overwrite files that are there")
    add("--creditor", metavar="FILE", help="your own details, once, for all cases")
    add(
        "--templates",
        metavar="DIR",
        help="your own words: files like fr/1-reminder.txt, taken before ours",
    )
    add(
        "--allow",
        action="append",
        default=[],
        metavar="ID",
        help="let this warning pass (may be repeated)",
    )
    add(
        "--rates",
        action="append",
        default=[],
        metavar="FILE",
        help="rates of interest that are not known here yet, with their source (may be repeated)",
    )
    add(
        "--blank",
        action="store_true",
        help="the letter to fill in by hand; needs --stage, --language, --law",
    )
    add(
        "--kind",
        default="business",
        metavar="business|consumer",
        help="kind of debtor of the blank letter",
    )
    add(
        "--width",
        type=int,
        metavar="N",
        help="fold text at N columns; default: unfolded, or the terminal's width on a terminal",
    )
    add("--ui", metavar="fr|nl|it|en", help="language of messages; default: from LANG")
    return parser


def render_letter(argv: Sequence[str] | None = None) -> int:
    """The command ``render-letter``; returns the exit code."""
    args = console.parse(letter_parser(), argv)
    return console.run(args.ui, lambda ui: _render_letter(args, ui))


def _render_letter(args: argparse.Namespace, ui: str) -> None:
    if args.format not in WRITERS:
        raise wrong("format_unknown", args.format, tuple(WRITERS))
    letters = _blank(args) if args.blank else _letters(args, ui)
    for made in letters:
        if made.warnings:
            console.tell(console.told(made.warnings, ui))
    _deliver(letters, args)


def _blank(args: argparse.Namespace) -> list[model.Letter]:
    missing = [f"--{name}" for name in ("stage", "language", "law") if not getattr(args, name)]
    if missing:
        raise wrong("blank_needs", ", ".join(missing))
    stages = model.STAGES if args.stage == "all" else (args.stage,)
    return [
        letter.compose_blank(
            stage=stage,
            language=args.language,
            law=args.law,
            kind=args.kind,
            templates=args.templates,
        )
        for stage in stages
    ]


def _letters(args: argparse.Namespace, ui: str) -> list[model.Letter]:
    if args.case is None:
        raise wrong("case_missing", "")
    case = case_reader.read(args.case, creditor=args.creditor)
    chosen = args.stage is not None
    if args.stage == "all":
        plan = [planned(case, stage, law=args.law) for stage in model.STAGES]
        todo = [
            (sent, str(stage), on) for stage, (sent, on) in zip(model.STAGES, plan, strict=True)
        ]
    else:
        on = console.day(args.date)
        stage = args.stage or next_stage(case, args.law, on, ui)
        todo = [(case, stage, on)]
    return [
        letter.compose(
            sent,
            stage=stage,
            on=on,
            language=args.language,
            law=args.law,
            allow=args.allow,
            templates=args.templates,
            chosen=chosen,
            rates=args.rates,
        )
        for sent, stage, on in todo
    ]


def next_stage(case: model.Case, law: str | None, on: date, ui: str) -> str:
    """The stage after the last one sent; says which on standard error."""
    due = schedule.next_stage(case, rules.settle(case, law or ""))
    values = {"stage": str(due.stage), "date": on.isoformat()}
    console.tell(Finding("stage_taken", values=values).explain(ui))
    return str(due.stage)


def _deliver(letters: Sequence[model.Letter], args: argparse.Namespace) -> None:
    """To standard output, one file, or a folder: everything or nothing."""
    made = [_bytes(made, args) for made in letters]
    if args.output_dir:
        folder = Path(args.output_dir)
        source = "blank" if args.blank else Path(args.case).stem if args.case != "-" else "letter"
        paths = [
            folder / f"{_slug(source)}-{one.stage}-{one.language}.{args.format}" for one in letters
        ]
        _write(dict(zip(paths, made, strict=True)), args.force)
    elif args.output:
        _write({Path(args.output): _joined(made)}, args.force)
    else:
        console.show_bytes(_joined(made))


def _joined(made: Sequence[bytes]) -> bytes:
    return ("\n" + "-" * 72 + "\n\n").encode().join(made)


def _slug(name: str) -> str:
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in name)
    return kept.strip(".-")[:80] or "letter"


def _bytes(made: model.Letter, args: argparse.Namespace) -> bytes:
    raw = WRITERS[args.format](made)
    width = args.width
    if width is None and not (args.output or args.output_dir) and sys.stdout.isatty():
        from shutil import get_terminal_size

        width = min(get_terminal_size().columns, 100)
    if args.format != "txt" or not width:
        return raw
    from textwrap import fill

    # textwrap breaks at ASCII white space only, so no-break spaces hold.
    lines = raw.decode().split("\n")
    return "\n".join(fill(line, width, break_long_words=False) for line in lines).encode()


def _write(files: dict[Path, bytes], force: bool) -> None:
    """Write every file or none: beside its place first, then moved there."""
    there = [str(path) for path in files if path.exists()]
    if there and not force:
        raise wrong("file_exists", ", ".join(there))
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, raw in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.part")
            drafts.append((draft, path))
            draft.write_bytes(raw)
        for draft, path in drafts:
            draft.replace(path)
    except OSError as error:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
        raise wrong("cannot_write", f"{error.filename}: {error.strerror}") from None


__all__ = ["render_letter"]


if __name__ == "__main__":
    sys.exit(render_letter())
