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
from letterkit import console, data, letter, model, schedule
from letterkit import law as rules
from letterkit.console import wrong
from letterkit.errors import Finding
from letterkit.render import planned
from letterkit.writers import ENDINGS, TEXTS, WRITERS

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
  3  a fault in letterkit
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
        help="country whose law applies; default: as the case says, or where both parties are",
    )
    add("--date", metavar="YYYY-MM-DD", help="the letter's date; default: today")
    add(
        "--format",
        default="txt",
        metavar="|".join(WRITERS),
        help="default: txt; several, as in docx,eml, with --output-dir",
    )
    add("--output", metavar="FILE", help="write to this file instead of standard output")
    add("--output-dir", metavar="DIR", help="write one file per letter into this folder")
    add("--force", action="store_true", help="overwrite files that are there")
    add("--creditor", metavar="FILE", help="your own details, once, for all cases")
    add(
        "--templates",
        metavar="DIR",
        help="your own words: files like fr/1-reminder.txt, used instead of ours",
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
    formats = _formats(args)
    letters = _blank(args) if args.blank else _letters(args, ui)
    for made in letters:
        if made.warnings:
            console.tell(console.told(made.warnings, ui))
        if "eml" in formats and made.channel == "post" and not args.blank:
            console.tell(Finding("email_says_post", values={"stage": made.stage}).explain(ui))
        if "docx" in formats:
            from letterkit.writers import docx  # here: a letter as text does not wait for it

            for finding in docx.left_out(made):
                console.tell(finding.explain(ui))
    _deliver(letters, formats, args)


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


def _formats(args: argparse.Namespace) -> list[str]:
    """The formats asked for, each once; raises `InputError` where they have nowhere to go."""
    formats = list(dict.fromkeys(part.strip() for part in args.format.split(",")))
    for format in formats:
        if format not in WRITERS:
            raise wrong("format_unknown", format, tuple(WRITERS))
    if args.output_dir:
        return formats
    apart = [format for format in formats if format not in (*TEXTS, "sms")]
    if len(formats) > 1 or (apart and args.stage == "all"):
        raise wrong("needs_a_folder", args.format)
    if apart and not args.output and sys.stdout.isatty():
        raise wrong("not_for_a_terminal", apart[0])
    return formats


def _deliver(
    letters: Sequence[model.Letter], formats: Sequence[str], args: argparse.Namespace
) -> None:
    """To standard output, one file, or a folder: everything or nothing."""
    if args.output_dir:
        folder = Path(args.output_dir)
        source = "blank" if args.blank else Path(args.case).stem if args.case != "-" else "letter"
        name = data.file_name(source)
        files = {
            folder / f"{name}-{one.stage}-{one.language}.{ENDINGS.get(format, format)}": _bytes(
                one, format, args
            )
            for one in letters
            for format in formats
        }
        console.write_files(files, args.force)
        return
    joined = (b"\n" if formats == ["sms"] else _RULE).join(
        _bytes(one, formats[0], args) for one in letters
    )
    if args.output:
        console.write_files({Path(args.output): joined}, args.force)
    else:
        console.show_bytes(joined)


_RULE = f"\n{'-' * 72}\n\n".encode()


def _bytes(made: model.Letter, format: str, args: argparse.Namespace) -> bytes:
    raw = WRITERS[format](made)
    width = args.width
    if width is None and not (args.output or args.output_dir) and sys.stdout.isatty():
        from shutil import get_terminal_size

        width = min(get_terminal_size().columns, 100)
    if format != "txt" or not width:
        return raw
    from textwrap import fill

    # textwrap breaks at ASCII white space only, so no-break spaces hold.
    lines = raw.decode().split("\n")
    return "\n".join(fill(line, width, break_long_words=False) for line in lines).encode()


__all__ = ["render_letter"]


if __name__ == "__main__":
    sys.exit(render_letter())
