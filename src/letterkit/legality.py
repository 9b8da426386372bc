"""The rules of law: what must not be claimed, or not yet, or only with an agreement.

The same shape as `stops`: `RULES` names beside every rule the letters it holds
for; it yields findings. What a law allows stands in ``debtors`` of
``jurisdictions/xx.yaml``. `claims` counts nothing that a debtor does not owe;
these rules say so to whoever asked for it, and stop what would be unlawful.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from letterkit import claims, jurisdiction, schedule, stops
from letterkit.errors import ERROR, NOTE, WARNING, Finding
from letterkit.model import ZERO, AgreedRate, OpenItem, cents
from letterkit.rates import Rate, Series, percent
from letterkit.stops import CLAIMING, DEMANDS, FULL, About, Draft, Rule

NEEDS_INPUT = frozenset({"option_unknown", "statutory_item_missing"})
"""Ids that mean the case must be put right; the others forbid the letter."""

LEAST_DAYS = {"1": 7, "2": 7, "3": 8}
"""Fewer days than these leave no fair time to pay: a rule of this house, by stage."""

NEAR_MONTHS = 6
"""So many months before a limitation period ends it is time to say so: a rule of this house."""

_DAY = timedelta(days=1)

Row = Mapping[str, Any]
Cell = Mapping[str, Row]


def _consumer(draft: Draft) -> bool:
    return draft.case.debtor.kind == "consumer"


def _article(draft: Draft, row: Row) -> Mapping[str, str]:
    """How the country cites the rule of ``row`` on the letter's date."""
    return jurisdiction.article(draft.law, row["article"], draft.on) if "article" in row else {}


def _agreed(draft: Draft) -> Decimal | None:
    """The agreed rate in percent a year, if there is one and the letter speaks of interest."""
    agreed = draft.case.terms.interest
    if not isinstance(agreed, AgreedRate) or draft.shown.interest == "silent":
        return None
    return claims.yearly(agreed)


# --- Rates.


def _rate_known(draft: Draft) -> Iterator[Finding]:
    """A day without a known rate is not charged, and never guessed."""
    if draft.shown.interest != "claimed":
        return
    series, day = _governing(draft), draft.claim.unknown
    if series and _agreed(draft) is not None:  # the rate is known, the ceiling must be
        day = next((day for day in _days(draft, series) if not series.on(day)), None)
    if series and day:
        yield unknown_rate(series, day)


def unknown_rate(series: Series, day: date) -> Finding:
    """That no rate is known for ``day``, and both ways out of it."""
    values = {"law": series.law, "series": series.name, "published": series.published_at}
    last = series.last_known(day)
    if last:
        id_, values["last"] = "rate_unknown", last.isoformat()
    else:
        first = series.rates[0].since
        id_, values["first"] = "rate_too_old", first.isoformat()
        values["before"] = (first - _DAY).isoformat()
    return Finding(id_, path="terms.interest_until", seen=day.isoformat(), values=values)


def _days(draft: Draft, series: Series) -> list[date]:
    """Of the days for which interest is counted, the first one and those on which a rate changes.

    The letter's date where none is counted.
    """
    segments = [s for item in draft.claim.items for s in item.segments]
    first = min((s.first for s in segments), default=draft.on)
    last = max((s.last for s in segments), default=draft.on)
    return [first, *sorted(day for day in series.cuts if first < day <= last)]


def _running(draft: Draft, series: Series) -> list[Rate]:
    """The rates of ``series`` that ran on the days counted, without those not known."""
    return [rate for rate in map(series.on, _days(draft, series)) if rate]


def _published(draft: Draft, series: Series) -> list[Decimal]:
    return [rate.percent for rate in _running(draft, series)]


def _governing(draft: Draft) -> Series | None:
    """The published series that interest follows, or that an agreed rate must not exceed."""
    agreed = _agreed(draft) is not None
    row = draft.cell["agreed_interest" if agreed else "interest"]
    name = row.get("ceiling" if agreed else "series")
    return claims.known_rates(draft.law, name, draft.rates) if name else None


def _agreed_rate(agreed: Decimal, **values: str) -> dict[str, Any]:
    """Where the agreed rate stands, what it is, and the bound it passes."""
    return {"path": "terms.interest.rate", "seen": f"{agreed:f}", "values": values}


def _above_the_floor(draft: Draft) -> Iterator[Finding]:
    """Between businesses an agreed rate may have a legal minimum (C. com. L441-10)."""
    agreed, row = _agreed(draft), draft.cell["agreed_interest"]
    if agreed is None:
        return
    series = claims.known_rates(draft.law, row["floor"]["series"], draft.rates)
    floor = max(_published(draft, series), default=ZERO) * row["floor"]["times"]
    if agreed < floor:
        about = _agreed_rate(agreed, floor=f"{floor:f}", times=str(row["floor"]["times"]))
        yield Finding("agreed_rate_below_floor", WARNING, article=_article(draft, row), **about)


def _below_the_ceiling(draft: Draft) -> Iterator[Finding]:
    """What a consumer agreed to above the ceiling is void (CEL XIX.4).

    The article names the reference rate plus eight points, and refers to the published rate, which
    is rounded up: between the two the ceiling is not certain.
    """
    agreed, row = _agreed(draft), draft.cell["agreed_interest"]
    if agreed is None:
        return
    series = claims.known_rates(draft.law, row["ceiling"], draft.rates)
    ceiling = min(_published(draft, series), default=agreed)
    if agreed > ceiling:
        about = _agreed_rate(agreed, ceiling=f"{ceiling:f}")
        yield Finding("agreed_rate_above_ceiling", article=_article(draft, row), **about)
        return
    exact = min((r.exact or r.percent for r in _running(draft, series)), default=agreed)
    if agreed > exact:
        about = _agreed_rate(agreed, ceiling=f"{ceiling:f}", exact=f"{exact:f}")
        yield Finding("agreed_rate_near_ceiling", WARNING, article=_article(draft, row), **about)


def _not_too_high(draft: Draft) -> Iterator[Finding]:
    """A rate that a court may find unfair to a consumer: ``high`` of the table."""
    agreed, row = _agreed(draft), draft.cell["agreed_interest"]
    if agreed is not None and agreed >= row["high"]:
        about = _agreed_rate(agreed, high=str(row["high"]), law=draft.law)
        yield Finding("agreed_rate_high", WARNING, article=_article(draft, row), **about)


def _instead(draft: Draft) -> Iterator[Finding]:
    """An agreed rate may take the place of all that the statute gives (Act of 1998, s. 8)."""
    if _agreed(draft) is not None:
        article = _article(draft, draft.cell["agreed_interest"])
        yield Finding("agreed_rate_instead", NOTE, path="terms.interest", article=article)


# --- Sums.


def _asked(draft: Draft) -> Iterator[tuple[str, Row]]:
    """What the case asks for besides what the statute gives by itself, each with its rule."""
    terms, cell = draft.case.terms, draft.cell
    if draft.shown.interest != "silent":
        if isinstance(terms.interest, AgreedRate):
            yield "terms.interest", cell["agreed_interest"]
        elif terms.show_interest not in ("", "silent") and terms.interest == "statutory":
            yield "terms.show.interest", cell["interest"]
    if draft.shown.compensation == "silent":
        return
    if isinstance(terms.compensation, Decimal):
        yield "terms.compensation", cell["agreed_compensation"]
    elif terms.show_compensation not in ("", "silent") and terms.compensation == "statutory":
        owed = [cell[name] for name in ("compensation", "costs") if "none" not in cell[name]]
        if not owed and not terms.fee:
            by_clause = "scale" in cell["agreed_compensation"]
            row = cell["agreed_compensation" if by_clause else "compensation"]
            yield "terms.show.compensation", row
    if terms.fee:
        yield "terms.fee", cell["fee"]


def _owed(draft: Draft) -> Iterator[Finding]:
    """Nobody is asked for what he does not owe, a consumer least of all."""
    for path, row in _asked(draft):
        if "none" in row:
            consumer, known = _consumer(draft), row["none"] != "not_read"
            yield Finding(
                "consumer_sum_not_owed" if consumer and known else "sum_not_claimed",
                ERROR if consumer else WARNING,
                path=path,
                article=_article(draft, row),
                values={"field": path, "key": path.rpartition(".")[2], "law": draft.law},
            )


def _clause_named(draft: Draft) -> Iterator[Finding]:
    """What is owed by agreement only: the agreement is named."""
    for path, row in _asked(draft):
        if row.get("allowed") in ("clause", "agreed") and not draft.case.terms.clause:
            yield Finding(
                "clause_missing",
                ERROR if _consumer(draft) else WARNING,
                path="terms.clause",
                article=_article(draft, row),
                values={"field": path},
            )


def _within_the_scale(draft: Draft) -> Iterator[Finding]:
    """An agreed sum stays within what a statute allows for it (CEL XIX.4)."""
    terms, row = draft.case.terms, draft.cell["agreed_compensation"]
    if draft.shown.compensation == "silent":
        return
    if isinstance(terms.compensation, Decimal) and draft.claim.items:
        most = claims.scale(row, draft.claim.balance)
        if terms.compensation > most:
            yield Finding(
                "consumer_sum_too_high",
                path="terms.compensation.amount",
                seen=f"{terms.compensation:f}",
                article=_article(draft, row),
                values={"most": f"{cents(most):f}", "balance": f"{draft.claim.balance:f}"},
            )


def _small_instalments(draft: Draft) -> Iterator[Finding]:
    """Dutch costs on small instalments may not add up (Stb. 2024, 44): a cap that is not checked.

    The text of that provision was not read, so nothing is worked out from it; whoever writes is
    told of it where it may apply.
    """
    row = draft.cell["costs"]
    small = row["small"]
    if draft.shown.compensation == "silent" or draft.case.terms.compensation != "statutory":
        return
    found = [i.invoice for i in draft.claim.items if i.invoice.amount <= percent(small["up_to"])]
    if found:
        yield Finding(
            "small_instalments_unchecked",
            NOTE,
            path=draft.of(found[0], "amount"),
            seen=f"{found[0].amount:f}",
            article=_article(draft, row),
            values={"up_to": str(small["up_to"]), "months": str(small["months"])},
        )


def _nothing_given_up(draft: Draft) -> Iterator[Finding]:
    """The thanks say that nothing is left: what the final demand asked besides would be waived."""
    if draft.given_up:
        sent = draft.final_demand
        assert sent
        yield Finding(
            "sums_given_up",
            NOTE,
            path="invoices",
            article=_article(draft, draft.cell["interest"]),
            values={"amount": f"{cents(draft.given_up):f}", "date": sent.date.isoformat()},
        )


# --- Legal terms.


def _held(draft: Draft) -> bool:
    """Whether the letter claims what a consumer owes only once a legal term has run out."""
    terms, holds = draft.case.terms, draft.cell["wait"]["holds"]
    interest = draft.shown.interest == "claimed" and "interest" in holds
    agreed = isinstance(terms.interest, AgreedRate)
    owed = agreed or (terms.interest == "statutory" and "none" not in draft.cell["interest"])
    return (interest and owed) or (draft.shown.compensation == "claimed" and draft.claim.coming > 0)


def _after_the_legal_term(draft: Draft) -> Iterator[Finding]:
    """Nothing besides the principal before a consumer's legal term has run out."""
    wait, free = draft.cell["wait"], claims.consequences_from(draft.case, draft.law)
    held = _held(draft) or draft.stage == "4"
    if free and draft.on < free < date.max and held:
        sent = schedule.letters(draft.case, wait["stage"])[0]
        yield Finding(
            "before_legal_term",
            path=draft.at(sent, "date"),
            seen=sent.date.isoformat(),
            article=_article(draft, wait),
            values={"from": free.isoformat(), "days": str(wait["days"])},
        )


def _legal_notice_sent(draft: Draft) -> Iterator[Finding]:
    """The letter that gives a consumer his legal term comes before those that follow it."""
    wait = draft.cell["wait"]
    earlier = wait["stage"] < int(draft.stage)
    told = wait["stage"] == 3 and draft.stage == "4"  # by `no_final_demand`
    if told or not (earlier or _held(draft)):
        return
    sent = schedule.letters(draft.case, wait["stage"])
    values = {"stage": str(wait["stage"]), "days": str(wait["days"])}
    if not sent:
        yield Finding(
            "no_legal_notice",
            ERROR if _held(draft) else WARNING,
            path="contacts",
            article=_article(draft, wait),
            values=values,
        )
    elif sent[0].channel == "sms":
        yield Finding(
            "legal_notice_by_sms",
            WARNING,
            path=draft.at(sent[0], "channel"),
            seen="sms",
            article=_article(draft, wait),
            values=values,
        )


def _statutory_items(draft: Draft) -> Iterator[Finding]:
    """A letter whose content a statute prescribes holds all of it (``content: needs``)."""
    row = draft.cell["content"]
    if str(row["stage"]) != draft.stage:
        return
    missing = []
    if "creditor_number" in row.get("needs", ()) and not draft.case.creditor.number:
        missing.append(("creditor.number", "creditor:\n  number: BE0417497106"))
    if "description" in row.get("needs", ()):
        for item in draft.claim.items:
            if not item.invoice.description:
                at = f"invoices[{draft.whole.invoices.index(item.invoice)}].description"
                missing.append((at, "description: …"))
    for path, line in missing:
        values = {"line": line, "stage": draft.stage}
        yield Finding(
            "statutory_item_missing", path=path, article=_article(draft, row), values=values
        )


def _legal_time_left(draft: Draft) -> Iterator[Finding]:
    """A deadline is not earlier than the law lets this letter set it."""
    least = schedule.legal_deadline(draft.case, draft.stage, draft.on, draft.law)
    if draft.deadline and least and draft.on < draft.deadline < least:
        wait = jurisdiction.term(draft.law, draft.case.debtor.kind, draft.stage)
        values = {
            "days": str(wait["days"]),
            "next": schedule.next_working_day(least, draft.working_days_of).isoformat(),
        }
        yield Finding(
            "deadline_before_legal_term",
            path="deadline",
            seen=draft.deadline.isoformat(),
            article=_article(draft, wait),
            values=values,
        )


def _fair_time_left(draft: Draft) -> Iterator[Finding]:
    """A deadline of a few days is no deadline."""
    days = (draft.deadline - draft.on).days if draft.deadline else 0
    if 0 < days < LEAST_DAYS[draft.stage]:
        values = {"days": str(days), "least": str(LEAST_DAYS[draft.stage])}
        seen = draft.deadline.isoformat() if draft.deadline else ""
        yield Finding("deadline_short", NOTE, path="deadline", seen=seen, values=values)


# --- From when interest runs.


def _runs(draft: Draft) -> bool:
    """Whether the letter speaks of interest that runs."""
    row, terms = draft.cell["interest"], draft.case.terms
    runs = isinstance(terms.interest, AgreedRate) or "none" not in row
    return draft.shown.interest != "silent" and terms.interest != "none" and runs


def _conditions_met(draft: Draft) -> Iterator[Finding]:
    """Luxembourg: a consumer owes interest only if invoiced in time and told so (art. 12, 13)."""
    if not _runs(draft):
        return
    article = _article(draft, draft.cell["interest"])
    if not draft.case.contract.interest_on_invoice:
        yield Finding(
            "interest_not_on_invoice", NOTE, path="contract.interest_on_invoice", article=article
        )
    for item in draft.claim.items:
        invoice = item.invoice
        values = {"number": invoice.number}
        if not invoice.delivered:
            yield Finding(
                "interest_without_delivery",
                NOTE,
                path=draft.of(invoice, "delivered"),
                article=article,
                values=values,
            )
        elif invoice.issued > schedule.months_after(invoice.delivered, 1):
            yield Finding(
                "interest_invoice_late",
                NOTE,
                path=draft.of(invoice, "issued"),
                seen=invoice.issued.isoformat(),
                article=article,
                values={**values, "delivered": invoice.delivered.isoformat()},
            )


def _day_agreed(draft: Draft) -> Iterator[Finding]:
    """Without an agreed day of payment, interest waits for our first letter."""
    if _runs(draft) and not draft.case.contract.due_agreed:
        article = _article(draft, draft.cell["interest"])
        yield Finding("interest_from_reminder", NOTE, path="contract.due_agreed", article=article)


def _options_known(draft: Draft) -> Iterator[Finding]:
    """Where a law leaves two readings, the case takes one of them."""
    terms, row = draft.case.terms, draft.cell["interest"]
    for key, chosen in (("days", terms.days), ("runs", terms.runs)):
        if not chosen:
            continue
        kin = {"days": ("act/365", "30/360"), "runs": ("split", "fixed")}[key]
        usual = row.get(key, kin[0])
        known = [usual, *(option for option in row.get("options", ()) if option in kin)]
        if chosen not in known:
            yield Finding(
                "option_unknown",
                path=f"terms.{key}",
                seen=chosen,
                values={"key": key, "choices": ", ".join(known), "usual": usual, "law": draft.law},
            )


# --- Time limits.


def _not_time_barred(draft: Draft) -> Iterator[Finding]:
    """A claim that is, or soon will be, too old to be enforced.

    Where a written demand makes the period begin anew, the last final demand
    counts; acknowledgements and proceedings are not in the case.
    """
    items = draft.claim.items  # the oldest first
    if not items or items[0].days_overdue < _near_from(draft.law, draft.case.debtor.kind):
        return
    row = draft.cell["limitation"]
    renews = row["stops"] == "letter"
    sent = draft.final_demand if renews else None
    soon = schedule.months_after(draft.on, NEAR_MONTHS)
    for item in items:
        due = item.invoice.due
        since = max(due, sent.date) if sent else due
        ends = _ends(row, since, soon)
        if ends and ends < draft.on:
            yield _limit(draft, "limitation_over", WARNING, item, row, ends)
        elif ends and renews:
            yield _limit(draft, "limitation_near_letter", NOTE, item, row, ends)
        elif ends:
            yield _limit(draft, "limitation_near", WARNING, item, row, ends)
        else:
            for other in row.get("exceptions", ()):
                ends = _ends(other, since, soon)
                if ends:
                    yield _limit(draft, "limitation_shorter", NOTE, item, other, ends)


@functools.cache
def _near_from(law: str, kind: str) -> int:
    """So many days overdue, at the least, is an invoice whose limitation period may end soon."""
    row = jurisdiction.cell_of(law, kind)["limitation"]
    years = min(limit["years"] for limit in (row, *row.get("exceptions", ())))
    return 30 * (12 * int(years) - NEAR_MONTHS)


def _ends(row: Row, since: date, soon: date) -> date | None:
    """The last day of a period that began on ``since``, if it comes before ``soon``."""
    if since.year + row["years"] > soon.year:
        return None
    ends = schedule.months_after(since, 12 * row["years"])
    return ends if ends < soon else None


def _limit(draft: Draft, id_: str, severity: str, item: OpenItem, row: Row, ends: date) -> Finding:
    values = {"years": str(row["years"]), "ends": ends.isoformat()}
    at = draft.of(item.invoice, "due")
    return Finding(id_, severity, path=at, article=_article(draft, row), values=values)


def _term_lawful(draft: Draft) -> Iterator[Finding]:
    """Between businesses a term of payment has a legal maximum."""
    row = draft.cell["payment_terms"]
    if draft.shown.interest == "silent":
        return
    for item in draft.claim.items:
        invoice = item.invoice
        days = (invoice.due - (invoice.received or invoice.issued)).days
        if days > row["longest"]:
            yield Finding(
                "payment_term_too_long",
                NOTE,
                path=draft.of(invoice, "due"),
                seen=invoice.due.isoformat(),
                article=_article(draft, row),
                values={"days": str(days), "longest": str(row["longest"])},
            )


def _repeated(draft: Draft) -> Iterator[Finding]:
    """The handover repeats the total of the final demand, and so what was wrong with it."""
    if draft.repeats:
        for rule in OF_A_CLAIM:
            if applies(rule, draft.law, draft.case.debtor.kind, "3"):
                yield from (f for f in rule(draft.repeats) if f.severity == ERROR)


OF_A_CLAIM: tuple[Rule, ...] = (_rate_known, _below_the_ceiling, _owed, _within_the_scale)
"""The rules about what is claimed that a handover must keep as well."""

RULES: dict[Rule, tuple[str, ...]] = {
    _options_known: FULL,
    _rate_known: CLAIMING,
    _above_the_floor: CLAIMING,
    _below_the_ceiling: CLAIMING,
    _not_too_high: CLAIMING,
    _instead: CLAIMING,
    _owed: CLAIMING,
    _clause_named: CLAIMING,
    _within_the_scale: CLAIMING,
    _small_instalments: CLAIMING,
    _nothing_given_up: ("thanks",),
    _after_the_legal_term: ("2", "3", "4"),
    _legal_notice_sent: ("2", "3", "4"),
    _statutory_items: DEMANDS,
    _legal_time_left: CLAIMING,
    _fair_time_left: DEMANDS,
    _conditions_met: CLAIMING,
    _day_agreed: CLAIMING,
    _term_lawful: CLAIMING,
    _repeated: ("4",),
    _not_time_barred: FULL,
}
"""Every rule of law, and the letters it holds for."""


def _where(row: str, key: str, value: str = "") -> About:
    """That a row of the table has ``key``, with ``value`` if one is given."""

    def says(law: str, kind: str, stage: str) -> bool:
        cell = jurisdiction.cell_of(law, kind)
        return key in cell[row] and value in ("", cell[row][key])

    return says


ABOUT: dict[Rule, About] = {
    **stops.ABOUT,
    _above_the_floor: _where("agreed_interest", "floor"),
    _below_the_ceiling: _where("agreed_interest", "ceiling"),
    _not_too_high: _where("agreed_interest", "high"),
    _instead: _where("agreed_interest", "allowed", "instead"),
    _within_the_scale: _where("agreed_compensation", "scale"),
    _small_instalments: _where("costs", "small"),
    _after_the_legal_term: _where("wait", "holds"),
    _legal_notice_sent: _where("wait", "holds"),
    _legal_time_left: lambda *letter: bool(jurisdiction.term(*letter)),
    _statutory_items: _where("content", "stage"),
    _conditions_met: _where("interest", "starts", "third_month"),
    _day_agreed: _where("interest", "starts", "notice"),
    _term_lawful: _where("payment_terms", "longest"),
    _not_time_barred: _where("limitation", "years"),
}
"""What a law must say of a kind of debtor and of a letter for a rule to mean anything there."""

OCCASIONS: dict[Rule, str] = {
    **stops.OCCASIONS,
    _options_known: "terms",
    _above_the_floor: "asked",
    _below_the_ceiling: "asked",
    _not_too_high: "asked",
    _instead: "asked",
    _owed: "asked",
    _clause_named: "asked",
    _rate_known: "extras",
    _conditions_met: "extras",
    _day_agreed: "extras",
    _term_lawful: "extras",
}
"""What must be there for a rule to find anything: one of `stops.occasions`."""


def applies(rule: Rule, law: str, kind: str, stage: str) -> bool:
    """Whether ``law`` says of such a debtor, for such a letter, what ``rule`` is about."""
    return rule not in ABOUT or ABOUT[rule](law, kind, stage)
