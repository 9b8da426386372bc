"""The commands ``render-letter`` and ``letterkit``: arguments in, exit code out; no rules.

Exit codes: 0 done; 1 refused, a rule says that this letter must not be sent; 2
the input is wrong; 3 a fault of ours. Nothing is written to standard output,
and no file is left half-written, unless the code is 0.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from errno import EISDIR
from pathlib import Path

from letterkit import case as case_reader
from letterkit import data, envelopes, letter, model, schedule
from letterkit import law as rules
from letterkit.errors import Finding, InputError, LetterkitError, Refused
from letterkit.render import planned
from letterkit.writers import ENDINGS, TEXTS, WRITERS

DONE, REFUSED, WRONG_INPUT, OUR_FAULT = 0, 1, 2, 3

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


def _letter_parser() -> argparse.ArgumentParser:
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


def _kit_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="letterkit",
        description="What is not rendering a letter. To render one: render-letter --help.",
    )
    _ui_option(parser)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help: str, more: str = "") -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=more or help.capitalize() + ".")
        _ui_option(made, default=argparse.SUPPRESS)  # what stands before the command holds
        return made

    _init_options(command("init", "write a commented case to start from", INIT))
    claim = command("claim", "what is owed on a day, line by line", CLAIM)
    _case_options(claim, "the day; default: today")
    claim.add_argument("--format", default="table", metavar="table|json|csv", help="default: table")
    check = command("check", "whether a letter may go out, and what speaks against it", CHECK)
    _case_options(check, "the letter's date; default: today")
    check.add_argument("--stage", metavar="1|2|3|4", help="default: the next one")
    check.add_argument(
        "--allow", action="append", default=[], metavar="ID", help="let this warning pass"
    )
    calibrate = command("calibrate", "a test page for your window envelopes, as PDF", CALIBRATE)
    calibrate.add_argument(
        "envelope", metavar="|".join(envelopes.names()[:-1]), help="the profile to try"
    )
    calibrate.add_argument("--output", metavar="FILE", help="default: calibrate-NAME.pdf")
    calibrate.add_argument("--force", action="store_true", help="overwrite a file that is there")
    rates = command("rates", "the rates of interest, since when, and until when they are known")
    rates.add_argument("country", nargs="?", default="", metavar="XX", help="one country's")
    rates.add_argument("--on", metavar="YYYY-MM-DD", help="the rates of that day")
    rates.add_argument(
        "--expiring",
        metavar="60d",
        help="only say which series are not known for so many days more; exit code 1 if any",
    )
    rates.add_argument("--date", metavar="YYYY-MM-DD", help="count from this day; default: today")
    reference = command("reference", "a new payment reference for an invoice", REFERENCE)
    reference.add_argument("number", help="the invoice's number")
    reference.add_argument(
        "--form", default="rf", metavar="rf|ogm", help="RF (ISO 11649) or OGM/VCS; default: rf"
    )
    return parser


REFERENCE = """\
A structured payment reference made from an invoice number: RF (ISO 11649) for any bank in the euro
payments area, OGM/VCS for a Belgian one. A letter quotes the reference that stands on the invoice;
make a new one only for an invoice that has none, and note it in your accounts."""
INIT = """\
Write a commented case that renders at once, to a letter marked as a sample. Put your own facts in
it and delete the line `sample: true`."""
CLAIM = """\
What is owed on a day: principal, interest, fixed sums and costs, each line with the figures it was
worked out from, its legal basis and its source."""
CALIBRATE = """\
Write a page to print, fold and put into an envelope: it shows where the address stands and what the
window shows of the sheet, and says what to write in the case if they do not fit."""
CHECK = """\
Everything that speaks against a letter, with its severity. Exit code 0: it may go; 1: a rule
forbids it; 2: the case lacks something or is wrong."""


def _ui_option(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "--ui",
        default=default,
        metavar="fr|nl|it|en",
        help="language of messages; default: from LANG",
    )


def _init_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        default="case.yaml",
        help="where to; default: case.yaml; - is standard output",
    )
    parser.add_argument(
        "--example",
        metavar="NAME",
        help="which example: " + ", ".join(data.example_names()),
    )
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")


def _case_options(parser: argparse.ArgumentParser, date_help: str) -> None:
    """What the commands about a case share; as in ``render-letter``."""
    add = parser.add_argument
    add("case", metavar="CASE.yaml", help="the case; - reads standard input")
    add("--date", metavar="YYYY-MM-DD", help=date_help)
    add("--law", metavar="XX", help="country whose law governs; default: as the case says")
    add("--creditor", metavar="FILE", help="your own details, once, for all cases")
    add(
        "--rates",
        action="append",
        default=[],
        metavar="FILE",
        help="rates that are not known here yet, with their source (may be repeated)",
    )


def render_letter(argv: Sequence[str] | None = None) -> int:
    """The command ``render-letter``; returns the exit code."""
    args = _letter_parser().parse_args(argv)
    return _run(args.ui, lambda ui: _render_letter(args, ui))


def main(argv: Sequence[str] | None = None) -> int:
    """The command ``letterkit``; returns the exit code."""
    args = _kit_parser().parse_args(argv)
    work = {
        "init": _init,
        "claim": _claim,
        "check": _check,
        "calibrate": _calibrate,
        "rates": _rates,
        "reference": _reference,
    }[args.command]
    explain = _by_severity if args.command == "check" else LetterkitError.explain
    return _run(args.ui, lambda ui: work(args, ui), explain)


def _run(
    ui: str | None,
    work: Callable[[str], None],
    explain: Callable[[LetterkitError, str], str] = LetterkitError.explain,
) -> int:
    spoken = "en"
    try:
        spoken = _ui(ui)
        work(spoken)
        sys.stdout.flush()
    except Refused as refused:
        _say(explain(refused, spoken))
        return REFUSED
    except LetterkitError as error:
        _say(explain(error, spoken))
        return WRONG_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        finding = Finding("our_fault", seen=f"{type(fault).__name__}: {fault}")
        _say(finding.explain(spoken))
        if os.environ.get("LETTERKIT_DEBUG"):
            raise
        return OUR_FAULT
    return DONE


def _say(text: str) -> None:
    """Messages go to standard error, as UTF-8 wherever the console can."""
    sys.stderr.buffer.write((text + "\n").encode())
    sys.stderr.flush()


def _ui(chosen: str | None) -> str:
    if chosen is not None and chosen not in model.LANGUAGES:
        raise _wrong("ui_unknown", chosen, model.LANGUAGES)
    environment = os.environ
    told = (
        environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG", "")
    )
    return chosen or (told[:2] if told[:2] in model.LANGUAGES else "en")


def _wrong(id: str, seen: str, choices: Sequence[str] = ()) -> InputError:
    return InputError([Finding(id, seen=seen, values={"choices": ", ".join(choices)})])


def _render_letter(args: argparse.Namespace, ui: str) -> None:
    formats = _formats(args)
    letters = _blank(args) if args.blank else _letters(args, ui)
    for made in letters:
        for finding in made.warnings:
            _say(finding.explain(ui))
        if "eml" in formats and made.channel == "post" and not args.blank:
            _say(Finding("email_says_post", values={"stage": made.stage}).explain(ui))
    _deliver(letters, formats, args)


def _blank(args: argparse.Namespace) -> list[model.Letter]:
    missing = [f"--{name}" for name in ("stage", "language", "law") if not getattr(args, name)]
    if missing:
        raise _wrong("blank_needs", ", ".join(missing))
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
        raise _wrong("case_missing", "")
    case = case_reader.read(args.case, creditor=args.creditor)
    chosen = args.stage is not None
    if args.stage == "all":
        plan = [planned(case, stage, law=args.law) for stage in model.STAGES]
        todo = [
            (sent, str(stage), on) for stage, (sent, on) in zip(model.STAGES, plan, strict=True)
        ]
    else:
        on = _date(args.date)
        stage = args.stage or _next_stage(case, args.law, on, ui)
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


def _date(given: str | None) -> date:
    if given is None:
        return date.today()
    try:
        if len(given) == 10:
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise _wrong("date_argument", given)


def _next_stage(case: model.Case, law: str | None, on: date, ui: str) -> str:
    """The stage after the last one sent; says which on standard error."""
    due = schedule.next_stage(case, rules.settle(case, law or ""))
    values = {"stage": str(due.stage), "date": on.isoformat()}
    _say(Finding("stage_taken", values=values).explain(ui))
    return str(due.stage)


def _formats(args: argparse.Namespace) -> list[str]:
    """The formats asked for, each once; raises `InputError` where they have nowhere to go."""
    formats = list(dict.fromkeys(part.strip() for part in args.format.split(",")))
    for format in formats:
        if format not in WRITERS:
            raise _wrong("format_unknown", format, tuple(WRITERS))
    if args.output_dir:
        return formats
    apart = [format for format in formats if format not in (*TEXTS, "sms")]
    if len(formats) > 1 or (apart and args.stage == "all"):
        raise _wrong("needs_a_folder", args.format)
    if apart and not args.output and sys.stdout.isatty():
        raise _wrong("not_for_a_terminal", apart[0])
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
        _write(files, args.force)
        return
    joined = (b"\n" if formats == ["sms"] else _RULE).join(
        _bytes(one, formats[0], args) for one in letters
    )
    if args.output:
        _write({Path(args.output): joined}, args.force)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(joined)
        sys.stdout.buffer.flush()


_RULE = f"\n{'-' * 72}\n\n".encode()


def _bytes(made: model.Letter, format: str, args: argparse.Namespace) -> bytes:
    raw = WRITERS[format](made)
    width = args.width
    if width is None and not (args.output or args.output_dir) and sys.stdout.isatty():
        width = min(os.get_terminal_size().columns, 100)
    if format != "txt" or not width:
        return raw
    from textwrap import fill

    # textwrap breaks at ASCII white space only, so no-break spaces hold.
    lines = raw.decode().split("\n")
    return "\n".join(fill(line, width, break_long_words=False) for line in lines).encode()


def _write(files: dict[Path, bytes], force: bool) -> None:
    """Write every file or none: beside its place first, then moved there."""
    there = [str(path) for path in files if os.path.lexists(path)]
    if there and not force:
        raise _wrong("file_exists", ", ".join(there))
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, raw in files.items():
            if path.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.part")
            draft.unlink(missing_ok=True)
            drafts.append((draft, path))
            with open(draft, "xb") as file:  # never through a link that somebody put there
                file.write(raw)
        for draft, path in drafts:
            draft.replace(path)
    except OSError as error:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
        raise _wrong("cannot_write", f"{error.filename}: {error.strerror}") from None


_FIRST_EXAMPLE = {"en": "gb-b2b", "fr": "fr-b2b", "it": "it-b2b", "nl": "nl-b2b"}


def _init(args: argparse.Namespace, ui: str) -> None:
    name = args.example or _FIRST_EXAMPLE[ui]
    source = data.own_text("examples", f"{name}.yaml")
    if source is None:
        raise _wrong("example_unknown", name, data.example_names())
    text = "sample: true  # delete this line when the facts below are your own\n" + source
    if args.file == "-":
        sys.stdout.buffer.write(text.encode())
        return
    _write({Path(args.file): text.encode()}, args.force)
    _say(f"render-letter {args.file} --stage 1")


def _claim(args: argparse.Namespace, ui: str) -> None:
    from letterkit import commands

    if args.format not in commands.FORMATS:
        raise _wrong("format_unknown", args.format, commands.FORMATS)
    case = case_reader.read(args.case, creditor=args.creditor)
    on, law = _date(args.date), args.law or ""
    _print(commands.claim(case, on, law=law, format=args.format, own=args.rates, ui=ui))


def _check(args: argparse.Namespace, ui: str) -> None:
    from letterkit import commands

    case, on = case_reader.read(args.case, creditor=args.creditor), _date(args.date)
    stage = args.stage or _next_stage(case, args.law, on, ui)
    verdict = commands.check(
        case,
        stage,
        on,
        law=args.law or "",
        own=args.rates,
        allow=args.allow,
        chosen=args.stage is not None,
        ui=ui,
    )
    _print(verdict)


def _calibrate(args: argparse.Namespace, ui: str) -> None:
    from letterkit import commands

    page = commands.calibration(args.envelope, ui)
    path = args.output or f"calibrate-{args.envelope}.pdf"
    _write({Path(path): page}, args.force)
    _say(path)


def _by_severity(error: LetterkitError, ui: str) -> str:
    from letterkit import commands

    return commands.explained(error.findings, ui)


def _rates(args: argparse.Namespace, ui: str) -> None:
    from letterkit import commands

    today = _date(args.date)
    if args.expiring:
        _print(commands.expiring(args.country, args.expiring, today, ui))
    else:
        on = _date(args.on) if args.on else None
        _print(commands.known_rates(args.country, on, today, ui))


def _reference(args: argparse.Namespace, ui: str) -> None:
    from letterkit import commands

    made, warning = commands.reference(args.number, args.form)
    _say(warning.explain(ui))
    _print(made + "\n")


def _print(text: str) -> None:
    """To standard output, as UTF-8 on every platform."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


__all__ = ["main", "render_letter"]


if __name__ == "__main__":
    sys.exit(main())
