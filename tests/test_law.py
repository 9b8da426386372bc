"""The stops, from the tables in ``tests/law``; and what is owed on a day.

A row of a table is a situation, a letter, and the ids of what speaks against
it. Switching any rule off must make a row fail.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from letterkit import case as case_reader
from letterkit import data, jurisdiction, law, legality, stops
from letterkit.claims import OwnRates
from letterkit.errors import ERROR, NOTE, WARNING, Finding, InputError
from letterkit.model import KINDS, LAWS, STAGES, Case
from letterkit.rates import Rate
from letterkit.schedule import months_after
from tests.past import known_until

TABLES = Path(__file__).parent / "law"
T = TypeVar("T")


def load(name: str) -> Any:
    """A table with every scalar as it was typed: dates and sums are the reader's business."""
    return yaml.load((TABLES / name).read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``change`` laid over it; ``null`` takes a field away, a list replaces one."""
    found = dict(deepcopy(base))
    for key, value in change.items():
        if value == "null":
            found.pop(key, None)
        elif isinstance(value, dict) and isinstance(found.get(key), dict):
            found[key] = merged(found[key], value)
        else:
            found[key] = value
    return found


def situation(change: Mapping[str, Any] | None = None) -> Case:
    """The case of base.yaml, changed."""
    return case_reader.read(merged(load("base.yaml"), change or {}))


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    table: str
    name: str
    case: Case
    letter: Mapping[str, str]
    expect: list[str]
    known: date  # until when rates are known

    @property
    def day(self) -> date:
        return date.fromisoformat(self.letter["date"])

    def rates_known(self) -> AbstractContextManager[None]:
        """Rates are known until the day that the row says."""
        return known_until(self.known) if self.known < date.max else nullcontext()

    def worked_out(self, by: Callable[..., T]) -> T:
        return by(
            self.case,
            self.letter["stage"],
            self.day,
            law=law.settle(self.case),
            chosen=self.letter.get("chosen") != "false",
        )

    def findings(self) -> list[Finding]:
        with self.rates_known():
            return self.worked_out(law.check)

    def passes(self) -> bool:
        return [f.id for f in self.findings()] == self.expect


def _rows() -> Iterator[Row]:
    base = load("base.yaml")
    for path in sorted(TABLES.glob("*.yaml")):
        if path.name == "base.yaml" or path.name.startswith("figures-"):
            continue
        table = load(path.name)
        here = merged(base, table.get("with", {}))
        for row in table["cases"]:
            case = case_reader.read(merged(here, row.get("with", {})), name=path.name)
            known = date.fromisoformat(row.get("known_until", date.max.isoformat()))
            yield Row(path.stem, row["name"], case, row["letter"], row["expect"], known)


ROWS = list(_rows())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.table}: {row.name}")
def test_table(row: Row) -> None:
    assert row.expect == [f.id for f in row.findings()]


def _told(row: Row) -> Iterator[str]:
    """A row that something speaks against, and what each finding says: field, value, figures."""
    found = row.findings()
    if found:
        yield f"{row.table}: {row.name}"
    for f in found:
        figures = ", ".join(f"{name} {value}" for name, value in f.values.items())
        figures = figures.replace("\n", " /")
        basis = f.article.get("en", "")
        parts = (f.severity, f.id, f"{f.path} = {f.seen}" if f.seen else f.path, figures, basis)
        yield "  " + " | ".join(part for part in parts if part)


def test_what_the_findings_say(update: bool) -> None:
    """Field, value seen, figures and article of every finding of every row, in ``findings.txt``.

    ``pytest --update`` writes it anew; each line of the difference is worked out again by hand.
    """
    golden = TABLES / "findings.txt"
    told = "".join(f"{line}\n" for row in ROWS for line in _told(row))
    if update:
        golden.write_text(told, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == told


def test_every_law_has_its_table() -> None:
    assert {law.lower() for law in LAWS} | {"stops", "legality"} == {row.table for row in ROWS}


RULES = {**stops.RULES, **legality.RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_is_idle(rule: stops.Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this rule some row fails: each rule is seen to refuse something."""
    held = law.rules_of
    monkeypatch.setattr(law, "rules_of", lambda *to: tuple(r for r in held(*to) if r is not rule))
    assert not all(row.passes() for row in ROWS)


def test_a_rule_without_its_occasion_finds_nothing() -> None:
    """Every draft of the table is objected to alike by all its rules, and by those asked."""
    for row in ROWS:
        with row.rates_known():
            draft = row.worked_out(law.draft)
            rules = law.rules_of(draft.stage, draft.law, draft.case.debtor.kind)
            idle = [r for r in rules if legality.OCCASIONS.get(r, "") not in stops.occasions(draft)]
            found = [f.id for r in idle if r in legality.OCCASIONS for f in r(draft)]
            assert found == [], row


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("to", LAWS)
def test_no_limitation_ends_soon_for_an_invoice_so_young(to: str, kind: str) -> None:
    """What is not looked at, because it fell due too lately, has more than six months to go."""
    row = jurisdiction.cell_of(to, kind)["limitation"]
    if "years" not in row:
        return
    young = timedelta(days=legality._near_from(to, kind) - 1)
    for on in (date(2027, 1, 1) + timedelta(days=n) for n in range(2 * 365)):
        soon = months_after(on, legality.NEAR_MONTHS)
        for limit in (row, *row.get("exceptions", ())):
            assert legality._ends(limit, on - young, soon) is None


def test_no_rule_refuses_everything() -> None:
    """Each rule refuses a letter; and one like it, of the same law, stage and kind of debtor, to
    which nothing is objected at all."""
    refused, passed = set(), set()
    for row in ROWS:
        with row.rates_known():
            draft = row.worked_out(law.draft)
            here = (draft.stage, draft.law, draft.whole.debtor.kind)
            for rule in law.rules_of(*here):
                if list(rule(draft)):
                    refused.add((rule, here))
                elif not row.expect:
                    passed.add((rule, here))
    assert {rule for rule, _ in refused & passed} == RULES.keys()


def _ids(module: Any) -> set[str]:
    """The ids of the findings a module makes: the constants given to `Finding`, and the table's."""
    made = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
            constants = (n for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant))
            made |= {str(constant.value) for constant in constants}
    return made


def test_every_id_is_seen_in_a_table() -> None:
    reasons = {
        row["reason"]
        for code in LAWS
        for row in data.own_yaml("jurisdictions", f"{code.lower()}.yaml")["not_covered"]
    }
    worked_out = {
        "deadline_on_holiday",
        "deadline_on_weekend",
        "limitation_near",
        "limitation_near_letter",
        "limitation_over",
        "limitation_shorter",
        "rate_too_old",
        "rate_unknown",
    }
    made = _ids(stops) - {"reason"} | _ids(legality) | reasons | worked_out
    assert made == {id for row in ROWS for id in row.expect}


def test_ids_that_need_input_exist() -> None:
    assert {id for row in ROWS for id in row.expect} >= law.NEEDS_INPUT


def test_severities() -> None:
    """What breaks the law against a consumer cannot be allowed; everything else is an error too,
    except these."""
    seen = {(f.id, f.severity) for row in ROWS for f in row.findings()}
    assert {id for id, severity in seen if severity == WARNING} == {
        "agreed_rate_below_floor",
        "agreed_rate_high",
        "agreed_rate_near_ceiling",
        "call_with_another",
        "claim_by_email",
        "clause_missing",
        "legal_notice_by_sms",
        "limitation_near",
        "limitation_over",
        "mandate_before_deadline",
        "no_legal_notice",
        "no_letter_of_claim",
        "no_second_reminder",
        "paid_too_much",
        "pec_outside_italy",
        "sum_not_claimed",
    }
    assert {id for id, severity in seen if severity == NOTE} == {
        "agreed_rate_instead",
        "claim_agreement_undated",
        "deadline_short",
        "interest_from_reminder",
        "interest_invoice_late",
        "interest_not_on_invoice",
        "interest_without_delivery",
        "limitation_near_letter",
        "limitation_shorter",
        "payment_term_too_long",
        "small_instalments_unchecked",
        "sums_given_up",
    }
    both = {id for id, severity in seen if severity == ERROR} & {
        id for id, severity in seen if severity == WARNING
    }
    assert both == {"clause_missing", "no_legal_notice", "sum_not_claimed"}


def test_what_a_consumer_does_not_owe_is_always_an_error() -> None:
    """The same finding is a warning to a business, an error to a consumer."""
    for row in ROWS:
        for finding in row.findings():
            if finding.id in ("clause_missing", "sum_not_claimed"):
                consumer = row.case.debtor.kind == "consumer"
                assert (ERROR if consumer else WARNING) == finding.severity, row.name


def _examples() -> dict[str, Finding]:
    """One finding of every id that `law` and `stops` make."""
    found = {f.id: f for row in ROWS for f in row.findings()}
    known, notes = law.as_of(situation(), "2", date(2026, 11, 30))
    found |= {f.id: f for f in notes}
    _, notes = law.as_of(situation(), "1", date(2026, 11, 5))
    found |= {f.id: f for f in notes}
    for wrong in (known._replace(law="", debtor=known.debtor._replace(country="DE")), known):
        with pytest.raises(InputError) as raised:
            law.settle(wrong, "XX" if wrong is known else "")
        found |= {f.id: f for f in raised.value.findings}
    return found


def test_every_id_has_its_sentences() -> None:
    found = _examples()
    assert _ids(law) <= found.keys()
    for id, finding in found.items():
        message = data.messages("en")[id]
        said = finding.explain("en")
        assert message["what"]
        assert message.get("mend") or finding.severity == NOTE, f"{id} does not say what to write"
        assert not re.search(r"\{(?!\w+: )", said), said


def test_where_the_contact_stands() -> None:
    changed = {
        "contacts": [
            {"date": "2026-11-05", "channel": "post", "stage": "1"},
            {"date": "2026-11-12", "channel": "phone", "promise": {"date": "2026-11-30"}},
        ]
    }
    (found,) = law.check(situation(changed), "2", date(2026, 11, 19), law="FR")
    assert found.path == "contacts[1].promise.date"
    assert found.values == {"made": "2026-11-12", "from": "2026-12-01"}


def test_a_refused_deadline_names_the_next_working_day() -> None:
    changed = {"deadline": "2026-12-25"}
    (found,) = law.check(situation(changed), "3", date(2026, 12, 3), law="FR")
    assert (found.values["next"], found.values["holiday"]) == ("2026-12-28", "Noël")


def test_an_article_only_where_a_source_was_read() -> None:
    cited = {tuple(f.article.values()) for row in ROWS for f in row.findings() if f.article}
    labels = {
        tuple(jurisdiction.article(code, name, row.day).values())
        for code in LAWS
        for name in jurisdiction.table(code)["articles"]
        for row in ROWS
    }
    assert cited <= labels


# --- What the tables say of a case.


def test_an_article_is_cited_from_the_day_its_label_began() -> None:
    """The Belgian Act of 2002 is cited as amended, which holds since 16 March 2013."""
    cited = jurisdiction.article("BE", "interest", date(2013, 3, 16))
    assert cited["fr"].startswith("article 5 de la loi du 2 août 2002")
    assert cited.keys() == {"en", "fr", "it", "nl"}
    assert jurisdiction.article("BE", "interest", date(2013, 3, 15)) == {}


def test_who_helps_people_in_debt() -> None:
    """Nobody where no page was read, and nobody in a country whose law we do not have."""
    assert jurisdiction.debt_help("IE", "nl") == "MABS (mabs.ie)"
    assert jurisdiction.debt_help("IT", "fr") == ""
    assert jurisdiction.debt_help("DE", "en") == ""


def test_a_row_without_a_source_has_no_title() -> None:
    title = jurisdiction.source("IE", {"source": "debt_help"})
    assert title == "Money Advice and Budgeting Service, free and independent"
    assert jurisdiction.source("IE", {}) == ""


# --- Which law governs.

CHOICES = "BE, CH, FR, GB, IE, IT, LU, NL"


def test_settle_takes_the_argument_before_the_case() -> None:
    assert law.settle(situation(), "BE") == "BE"
    assert law.settle(situation()) == "FR"


def test_settle_takes_the_country_of_both_parties() -> None:
    abroad = {"creditor": {"country": "NL"}, "debtor": {"country": "NL"}, "law": "null"}
    assert law.settle(situation(abroad)) == "NL"


@pytest.mark.parametrize(("creditor", "debtor"), [("FR", "BE"), ("FR", "DE"), ("DE", "DE")])
def test_settle_never_guesses(creditor: str, debtor: str) -> None:
    parties = {"creditor": {"country": creditor}, "debtor": {"country": debtor}, "law": "null"}
    case = situation(parties)._replace(source="unpaid.yaml")
    with pytest.raises(InputError) as raised:
        law.settle(case)
    (found,) = raised.value.findings
    assert (found.id, found.path, found.file) == ("law_missing", "law", "unpaid.yaml")
    assert found.values == {"creditor": creditor, "debtor": debtor, "choices": CHOICES}


@pytest.mark.parametrize("wrong", ["be", "NLD", "DE"])
def test_an_unknown_law(wrong: str) -> None:
    with pytest.raises(InputError) as raised:
        law.settle(situation(), wrong)
    (found,) = raised.value.findings
    assert (found.id, found.path, found.seen) == ("law_unknown", "law", wrong)
    assert found.values == {"choices": CHOICES}


@pytest.mark.parametrize(
    ("change", "governing", "expected"),
    [
        ({"debtor": {"form": "sole_trader"}}, "GB", True),
        ({"debtor": {"form": "individual"}}, "GB", True),
        ({"debtor": {"form": "individual"}, "next_step": "null"}, "GB", True),
        ({"debtor": {"kind": "consumer", "form": "null"}}, "GB", True),
        ({}, "GB", False),
        ({"debtor": {"form": "sole_trader"}}, "FR", False),
    ],
)
def test_letter_of_claim(change: dict[str, Any], governing: str, expected: bool) -> None:
    assert expected == law.letter_of_claim(situation(change), governing)


# --- The case as of a day.

LATER: dict[str, list[dict[str, Any]]] = {
    "invoices": [
        {
            "number": "A",
            "issued": "2026-10-03",
            "due": "2026-11-03",
            "amount": "250.00",
            "currency": "EUR",
            "payments": [
                {"date": "2026-11-19", "amount": "50.00"},
                {"date": "2026-11-20", "amount": "60.00"},
            ],
            "credits": [
                {"number": "N1", "date": "2026-11-18", "amount": "5.00"},
                {"number": "N2", "date": "2026-11-20", "amount": "6.00"},
            ],
            "disputed": {"amount": "10.00", "since": "2026-11-20"},
        },
        {
            "number": "B",
            "issued": "2026-11-20",
            "due": "2026-11-21",
            "amount": "80.00",
            "currency": "EUR",
        },
    ]
}


def test_later_facts_are_left_out_and_told() -> None:
    known, notes = law.as_of(situation(LATER), "2", date(2026, 11, 19))
    (invoice,) = known.invoices
    assert [Decimal("50.00")] == [p.amount for p in invoice.payments]
    assert [c.number for c in invoice.credits] == ["N1"]
    assert invoice.disputed is None
    assert [c.stage for c in known.contacts] == [1]
    later, repeated = notes
    assert (later.id, later.severity) == ("later_facts_left_out", NOTE)
    assert later.values["facts"] == (
        "invoices[0].disputed (2026-11-20), invoices[0].payments[1] (2026-11-20), "
        "invoices[0].credits[1] (2026-11-20), invoices[1] (2026-11-20), contacts[2] (2026-12-03)"
    )
    assert (repeated.id, repeated.severity) == ("later_letters_left_out", NOTE)
    assert repeated.values["facts"] == "contacts[1] (2026-11-19)"


def test_what_was_left_out_is_told_with_its_day_and_file() -> None:
    case = situation(LATER)._replace(source="unpaid.yaml")
    _, (later, repeated) = law.as_of(case, "2", date(2026, 11, 19))
    assert (later.file, later.values["date"]) == ("unpaid.yaml", "2026-11-19")
    assert (repeated.file, repeated.values["stage"]) == ("unpaid.yaml", "2")


def test_an_invoice_after_a_later_one_is_known() -> None:
    changed = {"invoices": [LATER["invoices"][1], LATER["invoices"][0]]}
    known, _ = law.as_of(situation(changed), "2", date(2026, 11, 19))
    assert [invoice.number for invoice in known.invoices] == ["A"]


def test_letters_of_the_same_or_a_later_stage_are_told_together() -> None:
    _, (note,) = law.as_of(situation(), "2", date(2026, 12, 31))
    assert note.values["facts"] == "contacts[1] (2026-11-19), contacts[2] (2026-12-03)"


def test_a_draft_keeps_what_was_left_out() -> None:
    draft = law.draft(situation(LATER), "2", date(2026, 11, 19), law="FR")
    assert [n.id for n in draft.notes] == ["later_facts_left_out", "later_letters_left_out"]


def test_where_every_invoice_is_later_they_all_stay() -> None:
    """Before 3 October nothing was invoiced: the letter is stopped, whatever it leaves out."""
    case = situation()
    known, (note,) = law.as_of(case, "1", date(2026, 10, 2))
    assert known.invoices == case.invoices
    assert note.values["facts"] == (
        "contacts[0] (2026-11-05), contacts[1] (2026-11-19), contacts[2] (2026-12-03)"
    )


@pytest.mark.parametrize(
    ("day", "left_out"),
    [(date(2026, 11, 19), "paid_until, contacts[2] (2026-12-03)"), (date(2026, 12, 4), None)],
)
def test_payments_are_not_known_beyond_the_letter(day: date, left_out: str | None) -> None:
    known, notes = law.as_of(situation({"paid_until": "2026-12-04"}), "4", day)
    assert (known.paid_until is None) == (left_out is not None)
    assert [note.values["facts"] for note in notes] == ([left_out] if left_out else [])


def test_an_undated_dispute_is_known_whatever_else_is_later() -> None:
    """Of an invoice with a later payment, a dispute without a date stays."""
    invoice = {**LATER["invoices"][0], "disputed": {"amount": "10.00"}}
    known, _ = law.as_of(situation({"invoices": [invoice]}), "2", date(2026, 11, 19))
    assert known.invoices[0].disputed is not None
    assert [p.date for p in known.invoices[0].payments] == [date(2026, 11, 19)]


def test_facts_of_the_day_itself_are_known() -> None:
    known, notes = law.as_of(situation(LATER), "3", date(2026, 11, 20))
    assert situation(LATER).invoices == known.invoices
    assert [c.stage for c in known.contacts] == [1, 2]
    assert [note.id for note in notes] == ["later_facts_left_out"]


@pytest.mark.parametrize(
    ("stage", "left"),
    [
        ("1", []),
        ("2", ["1"]),
        ("3", ["1", "2"]),
        ("claim", ["1", "2", "3"]),
        ("4", ["1", "2", "3", "claim"]),
        ("plan", ["1", "2", "3", "claim", "4"]),
        ("", ["1", "2", "3", "claim", "4"]),
    ],
)
def test_a_letter_knows_those_before_it(stage: str, left: list[str]) -> None:
    sent = [
        {"date": f"2026-12-{day:02}", "channel": "post", "stage": letter}
        for day, letter in enumerate(("1", "2", "3", "claim", "4"), 1)
    ]
    known, _ = law.as_of(situation({"contacts": sent}), stage, date(2026, 12, 31))
    assert left == [c.letter for c in known.contacts]


def test_nothing_to_leave_out() -> None:
    case = situation()
    assert (case, []) == law.as_of(case, "4", date(2026, 12, 21))


def test_as_of_twice_is_as_of_once() -> None:
    known, _ = law.as_of(situation(LATER), "2", date(2026, 11, 19))
    assert (known, []) == law.as_of(known, "2", date(2026, 11, 19))


# --- What is owed on a day.

OWED: dict[str, list[dict[str, Any]]] = {
    "invoices": [
        {"number": "late", "issued": "2026-10-20", "due": "2026-11-10", "amount": "80.00"},
        {
            "number": "first",
            "issued": "2026-10-03",
            "due": "2026-11-03",
            "amount": "250.00",
            "payments": [{"date": "2026-11-10", "amount": "50.00"}],
            "credits": [{"number": "N1", "date": "2026-11-11", "amount": "20.00"}],
            "disputed": {"amount": "30.00"},
        },
        {
            "number": "contested",
            "issued": "2026-10-04",
            "due": "2026-11-04",
            "amount": "99.99",
            "disputed": "full",
            "payments": [{"date": "2026-11-10", "amount": "9.99"}],
        },
        {
            "number": "paid",
            "issued": "2026-10-05",
            "due": "2026-11-05",
            "amount": "10.00",
            "payments": [{"date": "2026-11-10", "amount": "10.00"}],
        },
        {"number": "today", "issued": "2026-10-19", "due": "2026-11-19", "amount": "1.00"},
        {"number": "coming", "issued": "2026-11-19", "due": "2026-12-19", "amount": "2.00"},
    ]
}
for _invoice in OWED["invoices"]:
    _invoice["currency"] = "EUR"


def test_claim() -> None:
    owed = law.claim(situation(OWED), date(2026, 11, 19))
    assert [item.invoice.number for item in owed.items] == ["first", "late"]
    first, late = owed.items
    assert Decimal("50.00") == first.paid
    assert Decimal("20.00") == first.credited
    assert Decimal("30.00") == first.disputed
    assert Decimal("150.00") == first.balance
    assert (first.days_overdue, late.days_overdue) == (16, 9)
    (contested,) = owed.disputed
    assert contested.invoice.number == "contested"
    assert (Decimal("90.00"), Decimal("0.00")) == (contested.disputed, contested.balance)
    assert [invoice.number for invoice in owed.not_due] == ["today", "coming"]
    assert Decimal("230.00") == owed.balance


def test_claim_on_either_side_of_the_due_date() -> None:
    on_the_day = law.claim(situation(), date(2026, 11, 3))
    assert ((), Decimal("0.00")) == (on_the_day.items, on_the_day.principal)
    (item,) = law.claim(situation(), date(2026, 11, 4)).items
    assert (1, Decimal("250.00")) == (item.days_overdue, item.balance)


def test_claim_counts_only_what_was_paid_by_then() -> None:
    assert Decimal("195.00") == law.claim(situation(LATER), date(2026, 11, 19)).balance
    assert Decimal("119.00") == law.claim(situation(LATER), date(2026, 11, 20)).balance


# --- What the letters beside the four stages are about.


@pytest.mark.parametrize(
    ("stage", "about", "demanded"),
    [
        ("1", ["first", "late"], "230.00"),
        ("courtesy", ["today", "coming"], "3.00"),
        ("dispute", ["first", "contested"], "150.00"),
        ("call", ["first", "contested", "late"], "100.00"),
        ("plan", ["first", "late"], "230.00"),
        ("thanks", ["paid"], "0.00"),
    ],
)
def test_what_a_letter_is_about(stage: str, about: list[str], demanded: str) -> None:
    call = {"date": "2026-11-19", "channel": "phone"}
    promised = call | {"promise": {"date": "2026-11-25", "amount": "100.00"}}
    case = situation(OWED | {"contacts": [promised]})
    draft = law.draft(case, stage, date(2026, 11, 19), law="FR")
    assert about == [item.invoice.number for item in draft.about.items]
    assert Decimal(demanded) == draft.demanded
    assert [i.number for i in draft.others] == [
        number for number in ("first", "late") if number not in about
    ]


@pytest.mark.parametrize(
    ("promise", "demanded"),
    [(None, "0.00"), ({}, "250.00"), ({"amount": "80"}, "80"), ({"amount": "300"}, "250.00")],
)
def test_after_a_call_no_more_is_asked_than_was_promised(
    promise: dict[str, str] | None, demanded: str
) -> None:
    call: dict[str, Any] = {"date": "2026-11-12", "channel": "phone"}
    if promise is not None:
        call["promise"] = promise | {"date": "2026-11-18"}
    case = situation({"contacts": [call]})
    draft = law.draft(case, "call", date(2026, 11, 12), law="FR")
    assert Decimal(demanded) == draft.demanded


def test_a_call_is_about_what_is_due_where_anything_is() -> None:
    """Else about what falls due, in the order in which it does."""
    later = {"issued": "2026-10-19", "currency": "EUR"}
    due = [later | {"number": day, "due": f"2026-{day}"} for day in ("12-10", "11-19", "11-12")]
    invoices = [i | {"amount": "10.00"} for i in due]
    call = {"invoices": invoices, "contacts": [{"date": "2026-11-12", "channel": "phone"}]}
    about = {
        day: law.draft(situation(call), "call", date(2026, 11, day), law="FR").about
        for day in (12, 13)
    }
    assert [i.invoice.number for i in about[12].items] == ["11-12", "11-19", "12-10"]
    assert [i.invoice.number for i in about[13].items] == ["11-12"]
    assert (about[12].principal, about[13].principal) == (Decimal("30.00"), Decimal("10.00"))


def test_a_courtesy_note_is_about_what_is_due_today_or_later() -> None:
    draft = law.draft(situation(), "courtesy", date(2026, 11, 3), law="FR")
    assert [item.invoice.number for item in draft.about.items] == ["2026-0412"]
    draft = law.draft(situation(), "courtesy", date(2026, 11, 4), law="FR")
    assert not draft.about.items


def test_a_stage_is_taken_as_chosen_unless_it_is_said_not_to_be() -> None:
    """Somebody who names a stage may date it before the last contact."""
    assert law.draft(situation(), "1", date(2026, 11, 5), law="FR").chosen
    assert law.check(situation(), "1", date(2026, 11, 5), law="FR") == []


def test_a_final_demand_has_nothing_fallen_due_and_gives_nothing_up() -> None:
    draft = law.draft(situation(), "3", date(2026, 12, 3), law="FR")
    assert (str(draft.fallen_due), str(draft.given_up)) == ("0.00", "0.00")


def test_a_letter_has_the_deadline_it_is_given() -> None:
    """Christmas Day as given; else the usual fifteen days after Thursday, 3 December."""
    day = date(2026, 12, 3)
    assert law.draft(situation(), "3", day, law="FR").deadline == date(2026, 12, 18)
    given = date(2026, 12, 25)
    assert law.draft(situation(), "3", day, law="FR", deadline=given).deadline == given
    (found,) = law.check(situation(), "3", day, law="FR", deadline=given)
    assert found.id == "deadline_on_holiday"


def test_a_handover_repeats_the_final_demand_whatever_was_sent_since() -> None:
    """Here a second reminder, sent once more."""
    sent = [
        {"date": "2026-11-05", "channel": "post", "stage": "1"},
        {"date": "2026-12-03", "channel": "post", "stage": "3"},
        {"date": "2026-12-10", "channel": "post", "stage": "2"},
    ]
    draft = law.draft(situation({"contacts": sent}), "4", date(2026, 12, 21), law="FR")
    assert draft.repeats is not None
    assert draft.repeats.on == date(2026, 12, 3)


NEXT_YEAR = (
    OwnRates(
        "FR", "commercial", (Rate(date(2027, 1, 1), Decimal("12.00"), "own"),), date(2027, 6, 30)
    ),
)


def test_rates_of_ones_own_reach_every_letter() -> None:
    """250.00 at 12.40 % for 58 days of 2026 is 4.93, at 12.00 % for 15 of 2027 is 1.23; and 40.00.

    The handover repeats that total; without the rate of 2027 nothing can be said.
    """
    sent = [
        {"date": "2026-11-05", "channel": "post", "stage": "1"},
        {"date": "2026-11-19", "channel": "post", "stage": "2"},
        {"date": "2027-01-15", "channel": "post", "stage": "3", "deadline": "2027-02-01"},
    ]
    case = situation({"contacts": sent, "next_step": {"since": "2027-02-03"}})
    with known_until(date(2026, 12, 31)):
        for stage, day in (("3", date(2027, 1, 15)), ("4", date(2027, 2, 3))):
            draft = law.draft(case, stage, day, law="FR", rates=NEXT_YEAR)
            assert draft.demanded == Decimal("296.16")
            assert draft.rates == NEXT_YEAR
            assert law.check(case, stage, day, law="FR", rates=NEXT_YEAR) == []
            assert [f.id for f in law.check(case, stage, day, law="FR")] == ["rate_unknown"]
        owed = law.claim(case, date(2027, 1, 15), rates=NEXT_YEAR)
        assert owed.interest == Decimal("6.16")


def test_a_claim_under_another_law_than_the_case_says() -> None:
    """A Belgian business owes another rate than a French one."""
    on = date(2026, 12, 3)
    assert law.claim(situation(), on, law="BE") == law.claim(situation({"law": "BE"}), on)
    assert law.claim(situation(), on, law="BE") != law.claim(situation(), on)


def test_findings_name_the_file_of_the_case() -> None:
    case = situation({"deadline": "2026-12-25"})._replace(source="unpaid.yaml")
    (found,) = law.check(case, "3", date(2026, 12, 3), law="FR")
    assert found.file == "unpaid.yaml"


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("code", LAWS)
def test_every_law_and_stage_can_be_checked(code: str, stage: int) -> None:
    """Companies can be written to at every stage under every law, by a lawyer's help."""
    days = {
        1: date(2026, 11, 5),
        2: date(2026, 11, 19),
        3: date(2026, 12, 3),
        4: date(2026, 12, 21),
    }
    agreed = situation({"contract": {"due_agreed": "true"}})
    assert law.check(agreed, str(stage), days[stage], law=code) == []
