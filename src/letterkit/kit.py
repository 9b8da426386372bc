"""The command ``letterkit``: what is not rendering a letter. Arguments in, exit code out.

What a command needs is imported when it is asked for.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from typing import Any

from letterkit import console, data, envelopes
from letterkit.console import wrong
from letterkit.errors import LetterkitError

COMMANDS = ("letterkit", "render-letter")

INIT = """\
Write a case that renders at once, to a letter marked as a sample, with remarks in your language; on
a terminal it asks for country, language and kind of debtor. The schema beside it is for your
editor. Put your own facts in and delete the line `sample: true`. With --templates it writes no
case, but copies our words for you to change."""
SCHEMA = """\
The fields of a case and what each means, in your language: as JSON Schema, by which YAML editors
complete and explain as you type, or as a page to read."""
COMPLETION = """\
Print the completion of a command for bash, zsh or fish. Put it where your shell looks for it, for
instance: letterkit completion bash > ~/.local/share/bash-completion/completions/letterkit"""
MAN = """\
Print the manual page of a command, for instance:
letterkit man > ~/.local/share/man/man1/letterkit.1"""
CLAIM = """\
What is owed on a day: principal, interest, fixed sums and costs, each line with the figures it was
worked out from, its legal basis and its source."""
CHECK = """\
Everything that speaks against a letter, with its severity. Exit code 0: it may go; 1: a rule
forbids it; 2: the case lacks something or is wrong."""
CALIBRATE = """\
Write a page to print, fold and put into an envelope: it shows where the address stands and what the
window shows of the sheet, and says what to write in the case if they do not fit."""
REFERENCE = """\
A structured payment reference made from an invoice number: RF (ISO 11649) for any bank in the euro
payments area, OGM/VCS for a Belgian one. A letter quotes the reference printed on the invoice;
make a new one only for an invoice that has none, and note it in your accounts."""
SENT = """\
Note in the case that a letter went out, with the deadline printed in it. Everything else in the
file stays as it is."""
NEXT = """\
Which letter of a case comes next, when and why, and the dates of all four; of several cases, a
table in the order of the dates. A case that cannot be read is reported, and the others are shown
all the same (exit code 2)."""


def main(argv: Sequence[str] | None = None) -> int:
    """The command ``letterkit``; returns the exit code."""
    args = console.parse(kit_parser(), argv)
    work = WORK[args.command]
    explain = _by_severity if args.command == "check" else None
    return console.run(args.ui, lambda ui: work(args, ui), explain)


def kit_parser() -> argparse.ArgumentParser:
    """The arguments of ``letterkit``."""
    parser = argparse.ArgumentParser(
        prog="letterkit",
        description="All around payment-reminder letters: a case to start from, what was sent and "
        "what comes next, what is owed, what speaks against a letter. To render one: "
        "render-letter --help.",
    )
    _ui_option(parser)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help: str, more: str = "") -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=more or help.capitalize() + ".")
        _ui_option(made, default=argparse.SUPPRESS)  # what stands before the command holds
        return made

    _init_options(command("init", "write a commented case to start from", INIT))
    _sent_options(command("sent", "note in the case that a letter went out", SENT))
    _next_options(command("next", "which letter comes next, when and why", NEXT))
    schema = command("schema", "what a case may hold: for your editor, or as a page", SCHEMA)
    schema.add_argument("--format", default="json", metavar="json|md", help="default: json")
    claim = command("claim", "what is owed on a day, line by line", CLAIM)
    _case_options(claim, "the day; default: today")
    claim.add_argument("--format", default="table", metavar="table|json|csv", help="default: table")
    check = command("check", "whether a letter may go out, and what speaks against it", CHECK)
    _case_options(check, "the letter's date; default: today", nargs="?")
    check.add_argument(
        "--templates", metavar="DIR", help="your own words; without a case: whether they fit"
    )
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
    completion = command("completion", "complete the commands in your shell", COMPLETION)
    completion.add_argument("shell", metavar="bash|zsh|fish", help="your shell")
    _of_command(completion)
    _of_command(command("man", "the help as a manual page", MAN))
    return parser


def _of_command(parser: argparse.ArgumentParser) -> None:
    names = "|".join(COMMANDS)
    parser.add_argument("of", nargs="?", default="letterkit", metavar=names, help="which command")


def _ui_option(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "--ui",
        default=default,
        metavar="fr|nl|it|en",
        help="language of messages; default: from LANG",
    )


def _init_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "file",
        nargs="?",
        default="case.yaml",
        help="where to; default: case.yaml; - is standard output",
    )
    add("--country", default="", metavar="XX", help="country whose law applies")
    add("--language", default="", metavar="TAG", help="of the letters; default: the country's")
    add("--kind", default="", metavar="business|consumer|public", help="default: business")
    add(
        "--example",
        metavar="NAME",
        help="one of the examples as it is: " + ", ".join(data.example_names()),
    )
    add("--templates", metavar="DIR", help="copy our words into this folder instead")
    add(
        "--stage",
        action="append",
        default=[],
        metavar="1|2|3|4|NAME",
        help="words of this letter; default: the four (may be repeated)",
    )
    add(
        "--block",
        action="append",
        default=[],
        metavar="NAME",
        help="only these words, ready to be changed; default: all, switched off (may be repeated)",
    )
    add("--force", action="store_true", help="overwrite files that are there")


def _sent_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("case", metavar="CASE.yaml", help="the case")
    add("--stage", metavar="1|2|3|4|claim", help="the letter; default: the next one")
    add("--date", metavar="YYYY-MM-DD", help="the letter's date; default: today")
    add(
        "--channel",
        metavar="post|registered|registered+post|pec|email",
        help="how it went out; default: as the case says under `send`",
    )
    add(
        "--deadline",
        metavar="YYYY-MM-DD",
        help="the day by which it asked for payment, if you changed the one we printed",
    )
    _law_and_creditor(parser)


def _next_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("cases", nargs="+", metavar="CASE.yaml", help="one case or many")
    add("--date", metavar="YYYY-MM-DD", help="seen from this day; default: today")
    add("--ics", metavar="FILE", help="write the dates as calendar entries; - is standard output")
    add("--force", action="store_true", help="overwrite a calendar that is there")
    _law_and_creditor(parser)


def _case_options(
    parser: argparse.ArgumentParser, date_help: str, nargs: str | None = None
) -> None:
    """What the commands about the figures of a case share; as in ``render-letter``."""
    add = parser.add_argument
    add("case", nargs=nargs, metavar="CASE.yaml", help="the case; - reads standard input")
    add("--date", metavar="YYYY-MM-DD", help=date_help)
    _law_and_creditor(parser)
    add(
        "--rates",
        action="append",
        default=[],
        metavar="FILE",
        help="rates that are not known here yet, with their source (may be repeated)",
    )


def _law_and_creditor(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--law", metavar="XX", help="country whose law applies; default: as the case says")
    add("--creditor", metavar="FILE", help="your own details, once, for all cases")


def _init(args: argparse.Namespace, ui: str) -> None:
    if args.templates:
        _init_words(args, ui)
        return
    from pathlib import Path

    from letterkit import schema, starting
    from letterkit.statement import said

    given = args.country, args.language, args.kind
    if args.example:
        text = starting.example(args.example, ui)
    elif not any(given) and console.is_conversation():
        text = starting.case(starting.ask(*given, ui, console.ask), ui)
    else:
        text = starting.case(starting.settled(*given, ui), ui)
    if args.file == "-":
        console.show(text)
        return
    path = Path(args.file)
    console.write_files({path: text.encode()}, args.force)
    console.write_files({path.with_name(schema.FILE): schema.as_json(ui).encode()}, force=True)
    console.tell(said("init_written", ui, file=args.file))
    console.tell(f"  render-letter {shlex.quote(args.file)} --stage 1")


def _init_words(args: argparse.Namespace, ui: str) -> None:
    from letterkit import model, own_words
    from letterkit.statement import said

    files = own_words.copied(
        args.templates,
        args.language[:2] or ui,
        args.stage or [str(stage) for stage in model.STAGES],
        awake=args.block,
        law=args.country,
        consumer=args.kind == "consumer",
        ui=ui,
    )
    console.write_files(files, args.force)
    console.tell(said("init_words_written", ui, files=", ".join(map(str, files))))


def _sent(args: argparse.Namespace, ui: str) -> None:
    from letterkit import record

    on = console.day(args.date)
    deadline = console.day(args.deadline) if args.deadline else None
    console.show(
        record.sent(
            args.case,
            args.stage,
            on,
            channel=args.channel,
            deadline=deadline,
            law=args.law or "",
            creditor=args.creditor,
            ui=ui,
        )
    )


def _next(args: argparse.Namespace, ui: str) -> None:
    from pathlib import Path

    from letterkit import upcoming

    on = console.day(args.date)
    found, broken = upcoming.read(args.cases, on, law=args.law or "", creditor=args.creditor)
    if args.ics:
        from letterkit import calendar_file

        raw = calendar_file.write(found, on, ui)
        if args.ics == "-":
            console.show_bytes(raw)
        else:
            console.write_files({Path(args.ics): raw}, args.force)
    if args.ics != "-":
        console.show(upcoming.as_text(found, on, ui))
    if broken:
        raise broken


def _schema(args: argparse.Namespace, ui: str) -> None:
    from letterkit import schema

    formats = {"json": schema.as_json, "md": schema.as_markdown}
    if args.format not in formats:
        raise wrong("format_unknown", args.format, tuple(formats))
    console.show(formats[args.format](ui))


def _claim(args: argparse.Namespace, ui: str) -> None:
    from letterkit import case, commands

    if args.format not in commands.FORMATS:
        raise wrong("format_unknown", args.format, commands.FORMATS)
    read = case.read(args.case, creditor=args.creditor)
    on, law = console.day(args.date), args.law or ""
    console.show(commands.claim(read, on, law=law, format=args.format, own=args.rates, ui=ui))


def _check(args: argparse.Namespace, ui: str) -> None:
    from letterkit import case, cli, commands, own_words

    if args.case is None:
        if args.templates is None:
            raise wrong("case_missing", "")
        console.show(own_words.check(args.templates, ui))
        return

    read, on = case.read(args.case, creditor=args.creditor), console.day(args.date)
    stage = args.stage or cli.next_stage(read, args.law, on, ui)
    verdict = commands.check(
        read,
        stage,
        on,
        law=args.law or "",
        own=args.rates,
        allow=args.allow,
        templates=args.templates,
        chosen=args.stage is not None,
        ui=ui,
    )
    console.show(verdict)


def _by_severity(error: LetterkitError, ui: str) -> str:
    from letterkit import commands

    return commands.explained(error.findings, ui)


def _rates(args: argparse.Namespace, ui: str) -> None:
    from letterkit import commands

    today = console.day(args.date)
    if args.expiring:
        console.show(commands.expiring(args.country, args.expiring, today, ui))
    else:
        on = console.day(args.on) if args.on else None
        console.show(commands.known_rates(args.country, on, today, ui))


def _calibrate(args: argparse.Namespace, ui: str) -> None:
    from pathlib import Path

    from letterkit import commands

    page = commands.calibration(args.envelope, ui)
    path = args.output or f"calibrate-{args.envelope}.pdf"
    console.write_files({Path(path): page}, args.force)
    console.tell(path)


def _reference(args: argparse.Namespace, ui: str) -> None:
    from letterkit import commands

    made, warning = commands.reference(args.number, args.form)
    console.tell(warning.explain(ui))
    console.show(made + "\n")


def _completion(args: argparse.Namespace, ui: str) -> None:
    from letterkit import shell

    if args.shell not in shell.SHELLS:
        raise wrong("shell_unknown", args.shell, shell.SHELLS)
    console.show(shell.completion(_parser_of(args.of), args.shell))


def _man(args: argparse.Namespace, ui: str) -> None:
    from letterkit import shell

    console.show(shell.manual(_parser_of(args.of)))


def _parser_of(name: str) -> argparse.ArgumentParser:
    if name not in COMMANDS:
        raise wrong("command_unknown", name, COMMANDS)
    from letterkit import cli

    return kit_parser() if name == "letterkit" else cli.letter_parser()


WORK: dict[str, Callable[[Any, str], None]] = {
    "init": _init,
    "sent": _sent,
    "next": _next,
    "schema": _schema,
    "claim": _claim,
    "check": _check,
    "calibrate": _calibrate,
    "rates": _rates,
    "reference": _reference,
    "completion": _completion,
    "man": _man,
}
"""Every command, and who does it."""


if __name__ == "__main__":
    sys.exit(main())
