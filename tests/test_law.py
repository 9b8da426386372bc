"""The stops, from the tables in ``tests/law``; and what is owed on a day.

A row of a table is a situation, a letter, and the ids of what speaks against
it. Switching any rule off must make a row fail.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from letterkit import case as case_reader
from letterkit import data, jurisdiction, law, legality, stops
from letterkit.errors import ERROR, NOTE, WARNING, Finding, InputError
from letterkit.model import LAWS, STAGES, Case
from tests.past import known_until

TABLES = Path(__file__).parent / "law"


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

    def findings(self) -> list[Finding]:
        with known_until(self.known) if self.known < date.max else nullcontext():
            return law.check(
                self.case,
                self.letter["stage"],
                self.day,
                law=law.settle(self.case),
                chosen=self.letter.get("chosen") != "false",
            )

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
    monkeypatch.setattr(law, "rules_of", lambda stage: [r for r in held(stage) if r is not rule])
    assert not all(row.passes() for row in ROWS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_refuses_everything(rule: stops.Rule) -> None:
    """For each rule there is a letter it holds for and lets pass."""
    held = [row for row in ROWS if row.letter["stage"] in RULES[rule] and not row.expect]
    assert held


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


# --- Which law governs.


def test_settle_takes_the_argument_before_the_case() -> None:
    assert law.settle(situation(), "BE") == "BE"
    assert law.settle(situation()) == "FR"


def test_settle_takes_the_country_of_both_parties() -> None:
    abroad = {"creditor": {"country": "NL"}, "debtor": {"country": "NL"}, "law": "null"}
    assert law.settle(situation(abroad)) == "NL"


@pytest.mark.parametrize(("creditor", "debtor"), [("FR", "BE"), ("FR", "DE"), ("DE", "DE")])
def test_settle_never_guesses(creditor: str, debtor: str) -> None:
    parties = {"creditor": {"country": creditor}, "debtor": {"country": debtor}, "law": "null"}
    with pytest.raises(InputError) as raised:
        law.settle(situation(parties))
    (found,) = raised.value.findings
    assert (found.id, found.path) == ("law_missing", "law")
    assert ", ".join(LAWS) == found.values["choices"]


@pytest.mark.parametrize("wrong", ["be", "NLD", "DE"])
def test_an_unknown_law(wrong: str) -> None:
    with pytest.raises(InputError) as raised:
        law.settle(situation(), wrong)
    (found,) = raised.value.findings
    assert (found.id, found.seen) == ("law_unknown", wrong)


@pytest.mark.parametrize(
    ("change", "governing", "expected"),
    [
        ({"debtor": {"form": "sole_trader"}}, "GB", True),
        ({"debtor": {"form": "individual"}}, "GB", True),
        ({"debtor": {"kind": "consumer", "form": "null"}}, "GB", True),
        ({}, "GB", False),
        ({"debtor": {"form": "sole_trader"}}, "FR", False),
    ],
)
def test_letter_of_claim(change: dict[str, Any], governing: str, expected: bool) -> None:
    assert expected == law.letter_of_claim(situation(change), governing)


# --- The case as of a day.

LATER = {
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
