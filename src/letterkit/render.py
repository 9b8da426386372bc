"""One function from a case to a finished letter in a format: compose, then one writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from letterkit import case as case_reader
from letterkit import rate_file, showcase
from letterkit.errors import Finding, InputError
from letterkit.letter import Source, compose, compose_blank, stage_name
from letterkit.model import Case, Letter
from letterkit.writers import TEXTS, WRITERS

TEXT_FORMATS = (*TEXTS, "sms")
"""Formats that `render` gives as `str`; any other as `bytes`."""


def render(
    case: Source | None,
    *,
    stage: int | str,
    on: date | None = None,
    language: str | None = None,
    law: str | None = None,
    format: str = "txt",
    allow: Sequence[str] = (),
    templates: str | Path | None = None,
    creditor: str | Path | Mapping[str, Any] | None = None,
    rates: rate_file.Given = (),
    blank: bool = False,
    kind: str = "business",
) -> str | bytes:
    """The letter of ``stage`` for ``case``, dated ``on``, in ``format``.

    ``case`` is a path, YAML as bytes, a mapping or a `Case`; ``stage`` is 1 to
    4, or courtesy, call, dispute, plan, thanks or claim; ``on`` is the letter's
    date and is never guessed; ``language`` is a tag (``fr-BE``) or a language
    (``fr``); ``law`` is a country code; None means as the case says. ``format``
    is one of `WRITERS`: txt, md, html, docx, eml, sms. ``allow`` names the
    warnings to let pass. ``templates`` is a folder of the user's own words,
    ``creditor`` the sender's details when the case leaves them out, ``rates``
    rates of interest of the user's own (see `rate_file`). With ``blank`` there is
    no case and no date: ``language``, ``law`` and ``kind`` (business, consumer)
    choose the letter to fill in by hand.

    Returns `str` for txt, md, html and sms, `bytes` for the others. Raises
    `InputError` when the input is wrong, `Refused` when a rule says that this
    letter must not be sent. Pure: the same input gives the same bytes; no
    clock, no network. Only files that the case encloses are read besides.

    >>> from datetime import date
    >>> text = render("examples/be-b2b.yaml", stage=1, on=date(2026, 11, 5))
    """
    if format not in WRITERS:
        raise InputError(
            [Finding("format_unknown", seen=format, values={"choices": ", ".join(WRITERS)})]
        )
    if blank:
        letter = compose_blank(
            stage=stage, language=language or "en", law=law or "GB", kind=kind, templates=templates
        )
    else:
        if case is None or on is None:
            raise TypeError("render() needs a case and its date `on`, unless blank=True")
        letter = compose(
            case,
            stage=stage,
            on=on,
            language=language,
            law=law,
            allow=allow,
            templates=templates,
            creditor=creditor,
            rates=rates,
        )
    return write(letter, format)


def write(letter: Letter, format: str) -> str | bytes:
    """A letter in one of the formats of `WRITERS`."""
    raw = WRITERS[format](letter)
    return raw.decode() if format in TEXT_FORMATS else raw


def planned(
    case: Source,
    stage: int | str,
    *,
    creditor: str | Path | Mapping[str, Any] | None = None,
    law: str | None = None,
) -> tuple[Case, date]:
    """The case with the letters before ``stage`` sent on their dates, and the date of ``stage``.

    ``stage`` is 1 to 4; it is dated by its contact in the case, else by the schedule.
    """
    full = case_reader.read(case, creditor=creditor)
    return showcase.planned(full, int(stage_name(stage)), law)


def example(name: str, stage: int | str, language: str, format: str = "txt") -> str | bytes:
    """One of the letters of `showcase`: what the site shows."""
    case, on = showcase.situation(name, stage_name(stage))
    return render(case, stage=stage, on=on, language=language, format=format)


def blank(
    stage: int | str, language: str, law: str, kind: str = "business", format: str = "txt"
) -> str | bytes:
    """The blank letter: what the site shows beside the filled one."""
    return render(
        None, stage=stage, language=language, law=law, kind=kind, blank=True, format=format
    )
