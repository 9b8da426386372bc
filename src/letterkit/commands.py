"""What ``letterkit claim``, ``check``, ``rates`` and ``calibrate`` give, for `cli` to import then.

Each function returns its text or bytes, or raises as the package does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from letterkit import (
    claims,
    data,
    envelopes,
    jurisdiction,
    legality,
    letter,
    payment,
    rate_file,
    rates,
    schedule,
    statement,
)
from letterkit import law as rules
from letterkit.errors import WARNING, Finding, InputError, LetterkitError, Refused
from letterkit.model import LAWS, Case
from letterkit.rates import Series
from letterkit.statement import Ahead, Statement, aligned, said
from letterkit.tree import short
from letterkit.writers import pdf

FORMATS = ("table", "json", "csv")


def claim(
    case: Case,
    on: date,
    *,
    law: str = "",
    format: str = "table",
    own: rate_file.Given = (),
    ui: str,
) -> str:
    """What is owed on ``on``, line by line, as table, json or csv.

    Raises `Refused` when a day needs a rate that is not known.
    """
    governing = rules.settle(case, law)
    given = rate_file.read(own)
    found = rules.claim(case, on, law=governing, rates=given)
    if found.unknown:
        name = jurisdiction.cell(governing, case)["interest"]["series"]
        series = claims.known_rates(governing, name, given)
        unknown = legality.unknown_rate(series, found.unknown)
        raise Refused([unknown._replace(file=case.source)])
    known, _ = rules.as_of(case, "", on)
    shown = Statement(known, governing, found, _ahead(known, governing, on, given))
    if format == "json":
        return statement.as_json(shown)
    return statement.as_csv(shown, ui) if format == "csv" else statement.as_table(shown, ui)


def _ahead(known: Case, law: str, on: date, own: Sequence[claims.OwnRates]) -> Ahead | None:
    """The claim on the deadline of the next letter; None after the last one, which sets none."""
    try:
        due = schedule.next_stage(known, law)
    except InputError:  # no further letter
        return None
    deadline = schedule.deadline(known, str(due.stage), max(due.date, on), law)
    if deadline is None or deadline <= on:
        return None
    return Ahead(due.stage, deadline, claims.claim(known, law, deadline, own))


def check(
    case: Case,
    stage: str,
    on: date,
    *,
    law: str = "",
    own: rate_file.Given = (),
    allow: Sequence[str] = (),
    templates: str | Path | None = None,
    chosen: bool = True,
    ui: str,
) -> str:
    """Everything that speaks against a letter that may go all the same.

    Raises `Refused` or `InputError` with all of it, notes too, when it may not.
    """
    name = letter.stage_name(stage)
    given = rate_file.read(own)
    try:
        made = letter.compose(
            case,
            stage=name,
            on=on,
            law=law,
            allow=allow,
            templates=templates,
            chosen=chosen,
            rates=given,
        )
    except LetterkitError as stopped:
        governing = rules.settle(case, law)
        draft = rules.draft(case, name, on, law=governing, chosen=chosen, rates=given)
        everything = [*draft.notes, *rules.objections(draft)]
        others = [finding for finding in everything if finding not in stopped.findings]
        raise type(stopped)([*stopped.findings, *others]) from None
    verdict = said("letter_may_go", ui, stage=name, date=on.isoformat())
    return "\n".join([*(_with_severity(f, ui) for f in made.warnings), verdict]) + "\n"


def explained(findings: Iterable[Finding], ui: str) -> str:
    """Findings one under the other, each with its severity."""
    return "\n".join(_with_severity(finding, ui) for finding in findings)


def _with_severity(finding: Finding, ui: str) -> str:
    return f"{said(f'severity_{finding.severity}', ui)} [{finding.id}] {finding.explain(ui)}"


def reference(number: str, form: str) -> tuple[str, Finding]:
    """A new payment reference made from an invoice number, and the warning that goes with it.

    ``form`` is ogm (Belgium) or rf (ISO 11649).
    """
    forms = {"ogm": payment.new_ogm, "rf": payment.new_rf}
    if form not in forms:
        values = {"choices": ", ".join(forms)}
        raise InputError([Finding("reference_form", seen=form, values=values)])
    try:
        made = forms[form](number)
    except payment.FieldError as wrong:
        raise InputError([Finding(wrong.id, seen=short(number))]) from None
    return made, Finding("reference_is_new", WARNING, values={"reference": made})


def known_rates(country: str, on: date | None, today: date, ui: str) -> str:
    """The rates of ``country``, or of all eight, with since, source and last day known.

    One rate for each series, that of ``on``; of one country without ``on``, every rate.
    """
    laws = (rules.known(country),) if country else LAWS
    heads = ("rates_country", "rates_series", "rates_since", "rates_rate", "rates_known")
    head = [*(said(name, ui) for name in heads), said("claim_source", ui)]
    rows = []
    for series in _every(laws):
        whole = country and on is None
        found = series.rates if whole else [series.on(on or today)]
        until = series.known_until
        known = until.isoformat() if until else said("rates_always", ui)
        for rate in found:
            if rate is None:
                told = ("", said("rates_none", ui), known, series.published_at)
            else:
                told = (rate.since.isoformat(), f"{rate.percent:f}", known, rate.source)
            rows.append((series.law, series.name, *told))
    return "\n".join(aligned([head, *rows], numeric=(3,))) + "\n"


def expiring(country: str, days: str, today: date, ui: str) -> str:
    """That every rate is known for so many ``days`` (``60d``) after ``today``.

    Raises `Refused`, naming each series that is not.
    """
    form = re.fullmatch(r"(\d{1,4})d?", days)
    if form is None:
        raise InputError([Finding("days_argument", seen=days)])
    limit = today + timedelta(days=int(form[1]))
    laws = (rules.known(country),) if country else LAWS
    short = [
        Finding(
            "rates_expiring",
            WARNING,
            values={
                "law": series.law,
                "series": series.name,
                "last": series.known_until.isoformat(),
                "published": series.published_at,
            },
        )
        for series in _every(laws)
        if series.known_until and series.known_until < limit
    ]
    if short:
        raise Refused(short)
    return said("rates_last", ui, until=limit.isoformat()) + "\n"


def _every(laws: Iterable[str]) -> Iterable[Series]:
    return (rates.series(law, name) for law in laws for name in rates.table(law)["series"])


def calibration(name: str, ui: str) -> bytes:
    """The page to print and fold that shows what the envelope ``name`` shows, as PDF."""
    windows = [known for known in envelopes.names() if known != envelopes.NONE]
    if name not in windows:
        choices = ", ".join(windows)
        raise InputError([Finding("envelope_unknown", seen=name, values={"choices": choices})])
    words = data.own_yaml("locales", "calibration.yaml")
    trust, source = envelopes.source(name)
    others = ", ".join(known for known in windows if known != name)
    profile, steps = envelopes.profile(name), words["steps"][ui]
    if not profile.folds:
        steps = [words["posted"][ui], *steps[2:]]
    return pdf.calibration(
        profile,
        words["title"][ui].format(name=name),
        [step.format(others=others) for step in steps],
        words["trust"][trust][ui].format(source=source),
        ui,
    )
