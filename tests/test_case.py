"""The case file: every field arrives, and everything that is wrong is named, in its place."""

from __future__ import annotations

import io
import re
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from letterkit import case, data
from letterkit.errors import InputError
from letterkit.fields import EXAMPLES
from letterkit.model import (
    AgreedRate,
    Case,
    Contact,
    Contract,
    Credit,
    Creditor,
    Debtor,
    Dispute,
    Enclosure,
    Invoice,
    Logo,
    NextStep,
    Payment,
    Person,
    Plan,
    Policy,
    Postal,
    Promise,
    Suspension,
    Terms,
    Text,
)
from letterkit.parties import town
from letterkit.payment import FieldError
from letterkit.tree import MAX_FINDINGS, Node
from letterkit.values import amount, country
from tests.bad_inputs import BOMBS, GOOD, TABLE, bomb, change, source

HERE = Path(__file__).parent
BOTH = {"fr": "bouteilles d'eau", "nl": "flessen water"}

EVERY_FIELD = Case(
    law="BE",
    language="nl",
    reference="K-204",
    sample=True,
    send={"1": "email", "3": "registered+post"},
    deadline={"2": date(2026, 12, 1), "3": date(2026, 12, 18)},
    policy=Policy(3, 17, 31, 49, (10, 11, 16), 3),
    creditor=Creditor(
        name="Dubreuil SRL",
        address=("Rue Haute 12", "1000 Bruxelles"),
        country="BE",
        town=Text("Bruxelles"),
        number="BE 0403.170.701",
        email="compta@dubreuil.example",
        phone="+32 2 555 00 12",
        iban="BE68539007547034",
        bic="GKCCBEBB",
        payee="Dubreuil Recouvrements",
        payment_link="https://pay.dubreuil.example/2026-0412",
        sort_code="12-34-56",
        account_number="01234567",
        signatory=Person("Claire Dubreuil", "ms", Text("", {"fr": "gérante", "nl": "zaakvoerder"})),
        contact=Person("Jo Maes", phone="02 555 00 13", email="jo@dubreuil.example"),
        hours=Text("werkdagen van 9 tot 12 uur"),
        privacy="https://www.dubreuil.example/privacy",
        sme=True,
        vat="not_deductible",
        postal=Postal("Rue Haute", "12", "1000", "Bruxelles"),
        payment_code=True,
        slip_language="de",
        logo=Logo("svg", (HERE / "cases/logo.svg").read_bytes()),
        envelope="none",
    ),
    debtor=Debtor(
        kind="business",
        form="company",
        name="Van Dijck BV",
        number="0403.170.701",
        customer="0815",
        email="info@vandijck.example",
        pec="vandijck@pec.example",
        phone="03 555 00 14",
        shared_phone=True,
        attention=Person("An Jacobs", "ms"),
        address=("T.a.v. de boekhouding", "Kerkstraat 8, bus 2", "2000 Antwerpen"),
        country="BE",
        insolvent=date(2026, 11, 20),
    ),
    contract=Contract(date(2026, 1, 10), "O-12", interest_on_invoice=True, due_agreed=True),
    invoices=(
        Invoice(
            number="2026-0412",
            issued=date(2026, 10, 3),
            received=date(2026, 10, 5),
            due=date(2026, 11, 3),
            amount=Decimal("1250.00"),
            currency="EUR",
            order="B-1881",
            delivered=date(2026, 10, 1),
            description=Text("", BOTH),
            reference="+++010/8068/17183+++",
            goods="agri_food",
            payments=(
                Payment(date(2026, 11, 10), Decimal("50.00")),
                Payment(date(2026, 9, 30), Decimal("12.50")),
            ),
            credits=(Credit("C-12", date(2026, 11, 11), Decimal("1000.00")),),
            disputed=Dispute(Decimal("20.00"), date(2026, 11, 12), Text("twee pakken vervangen")),
        ),
        Invoice(
            number="2026-0413",
            issued=date(2026, 10, 4),
            due=date(2026, 10, 4),
            amount=Decimal("10.00"),
            currency="EUR",
            disputed=Dispute(),
        ),
    ),
    contacts=(
        Contact(date(2026, 11, 5), "post", 1, date(2026, 11, 17)),
        Contact(
            date=date(2026, 11, 12),
            channel="phone",
            by="us",
            person="An Jacobs",
            result="promised",
            promise=Promise(date(2026, 11, 18), Decimal("200.00")),
        ),
        Contact(date=date(2026, 11, 13), channel="email", by="them", result="disputed"),
    ),
    terms=Terms(
        interest=AgreedRate(Decimal("1.25"), "month"),
        compensation=Decimal("25.00"),
        clause=Text("artikel 8 van onze algemene voorwaarden"),
        show_interest="announced",
        show_compensation="silent",
        waive_if_paid=True,
        interest_until=date(2026, 12, 31),
        fee=Decimal("15.00"),
        imputation="principal",
        days="30/360",
        runs="split",
    ),
    plan=Plan(3, date(2026, 12, 10), "week", due_if_missed=True),
    credit_terms="prepayment",
    suspension=Suspension(date(2026, 12, 20), Text("artikel 11")),
    next_step=NextStep(
        kind="agency",
        name="Incasso NV",
        reference="26/118",
        since=date(2026, 12, 20),
        address=("Markt 1", "9000 Gent"),
        phone="09 555 00 15",
        email="info@incasso.example",
        iban="BE71096123456769",
        register="FOD Economie 200123",
    ),
    enclosures=(
        Enclosure("invoice"),
        Enclosure(text=Text("", {"fr": "notre offre", "nl": "onze offerte"})),
        Enclosure(text=Text("onze offerte van mei")),
        Enclosure("statement", file="bijlagen/overzicht.pdf"),
        Enclosure(text=Text("de leveringsbon"), file="bon.pdf"),
    ),
    paid_until=date(2026, 12, 2),
    envelope="fr",
    source="every-field.yaml",
    folder=str(HERE / "cases"),
)


def refusal(source: Any, **keywords: Any) -> InputError:
    """What is said about a bad source; every message can be put into words."""
    with pytest.raises(InputError) as caught:
        case.read(source, **keywords)
    for finding in caught.value.findings:
        assert "\n" in finding.explain("en"), f"{finding.id} says nothing of what to write"
    return caught.value


def found(error: InputError) -> list[tuple[str, str, int]]:
    return [(f.id, f.path, f.line) for f in error.findings]


# -- good input


def test_every_field_arrives() -> None:
    assert case.read(HERE / "cases/every-field.yaml", name="every-field.yaml") == EVERY_FIELD


def test_every_field_of_the_model_is_set_in_that_case() -> None:
    """So that a field that is added to the model must be added to the case, too."""
    # For GB only, for persons only, only where the address is not in lines.
    usual = {"region", "title", "postal"}
    for part in (
        EVERY_FIELD,
        EVERY_FIELD.creditor,
        EVERY_FIELD.debtor,
        EVERY_FIELD.invoices[0],
        EVERY_FIELD.contacts[1],
        EVERY_FIELD.terms,
        EVERY_FIELD.policy,
        EVERY_FIELD.next_step,
    ):
        assert part is not None
        for name, default in part._field_defaults.items():
            if name not in usual | {"stage", "named", "deadline", "by"}:
                assert getattr(part, name) != default, name


def test_what_is_left_out_has_its_default() -> None:
    """The least a case needs."""
    little = case.read(
        {
            "creditor": {"name": "A", "address": ["Rue 1", "1000 Bruxelles"], "country": "BE"},
            "debtor": {"name": "B", "address": ["Via 1", "20121 Milano"], "country": "IT"},
            "invoices": [
                {
                    "number": 7,
                    "issued": date(2026, 10, 3),
                    "due": "2026-11-03",
                    "amount": Decimal("250"),
                    "currency": "EUR",
                }
            ],
        }
    )
    assert little == Case(
        creditor=Creditor("A", ("Rue 1", "1000 Bruxelles"), "BE", Text("Bruxelles")),
        debtor=Debtor("B", ("Via 1", "20121 Milano"), "IT", kind="consumer"),
        invoices=(Invoice("7", date(2026, 10, 3), date(2026, 11, 3), Decimal("250.00"), "EUR"),),
    )


def test_the_ways_to_give_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(GOOD, encoding="utf-8")
    expected = case.read(GOOD.encode(), name="case.yaml")
    there = expected._replace(folder=str(tmp_path))
    assert case.read(str(path), name="case.yaml") == there
    assert case.read(path, name="case.yaml") == there
    assert case.read(yaml.load(GOOD, yaml.BaseLoader), name="case.yaml") == expected
    assert case.read(expected) is expected
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))
    assert case.read("-", name="case.yaml") == expected
    assert case.read(path).source == str(path)


@pytest.mark.parametrize("spoilt", ["\ufeff{}", "---\n{}", "%YAML 1.1\n---\n{}...\n"])
def test_harmless_marks_are_allowed(spoilt: str) -> None:
    assert case.read(spoilt.format(GOOD).encode()) == case.read(GOOD.encode())


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems(end: str) -> None:
    assert case.read(GOOD.replace("\n", end).encode()) == case.read(GOOD.encode())
    bad = GOOD.replace("250.00", "1.250").replace("\n", end).encode()
    assert found(refusal(bad)) == [("amount_ambiguous", "invoices[0].amount", 20)]


@pytest.mark.parametrize("empty", ["", " ~", " null", ' ""', " # later"])
def test_a_field_left_empty_is_as_if_left_out(empty: str) -> None:
    assert case.read(change("language: nl-BE", "language:" + empty)).language == ""


def test_a_scalar_is_what_its_field_wants() -> None:
    """YAML's own types would make a number, a date or false of these."""
    read = case.read(
        change("number: 2026-0412", "number: 2026-11-03\n    order: 1e3")
        .replace(b"name: Van Dijck BV", b"name: No")
        .replace(b"country: BE\ninvoices", b"country: NO\ninvoices")
    )
    assert (read.debtor.name, read.debtor.country) == ("No", "NO")
    assert (read.invoices[0].number, read.invoices[0].order) == ("2026-11-03", "1e3")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("send: {channel: pec}", {"": "pec"}),
        ("send: pec", {"": "pec"}),
        ("send: {2: email}", {"2": "email"}),
        (
            "send: {1: {channel: email}, 4: {channel: registered}}",
            {"1": "email", "4": "registered"},
        ),
    ],
)
def test_sending_by_stage(written: str, expected: dict[str, str]) -> None:
    assert case.read(f"{GOOD}{written}\n".encode()).send == expected


def test_deadline_for_every_letter() -> None:
    assert case.read(f"{GOOD}deadline: 2026-12-01\n".encode()).deadline == {"": date(2026, 12, 1)}


def test_own_credit_terms() -> None:
    read = case.read(
        f"{GOOD}credit_terms: Wij leveren enkel nog tegen contante betaling.\n".encode()
    )
    assert read.credit_terms == Text("Wij leveren enkel nog tegen contante betaling.")


def test_a_british_consumer() -> None:
    written = change("country: BE\ninvoices", "country: GB\n  region: scotland\ninvoices")
    read = case.read(
        written.replace(b"kind: business", b"kind: consumer\n  form: individual\n  title: mr")
    )
    assert (read.debtor.region, read.debtor.title) == ("scotland", "mr")


def test_every_country_with_a_name_is_known() -> None:
    codes = list(data.own_yaml("locales", "countries.yaml"))
    assert len(codes) > 240
    assert [country(Node(code)) for code in codes] == codes
    with pytest.raises(FieldError, match="country_unknown"):
        country(Node("QQ"))


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("BE", ("Hoofdstraat 12a", "1000 Stad")),
        ("NL", ("Hoofdstraat 12a", "1000 Stad")),
        ("IT", ("Hoofdstraat 12a", "1000 Stad")),
        ("CH", ("Hoofdstraat 12a", "1000 Stad")),
        ("FR", ("12a Hoofdstraat", "1000 Stad")),
        ("LU", ("12a Hoofdstraat", "1000 Stad")),
        ("GB", ("12a Hoofdstraat", "Stad", "1000")),
        ("IE", ("12a Hoofdstraat", "Stad", "1000")),
    ],
)
def test_an_address_in_its_parts(country: str, lines: tuple[str, ...]) -> None:
    parts = '{street: Hoofdstraat, number: 12a, postcode: "1000", town: Stad}'
    read = case.read(
        change("[Kerkstraat 8, 2000 Antwerpen]\n  country: BE", f"{parts}\n  country: {country}")
    )
    assert read.debtor.address == lines


@pytest.mark.parametrize(
    ("country", "lines", "expected"),
    [
        ("BE", ("Rue Haute 12", "1000 Bruxelles"), "Bruxelles"),
        ("BE", ("Rue Haute 12", "B-1000 Bruxelles", "Belgique"), "Bruxelles"),
        ("NL", ("Domplein 1", "3511 AB Utrecht"), "Utrecht"),
        ("NL", ("Domplein 1", "3511AB  ’s-Gravenhage"), "’s-Gravenhage"),
        ("LU", ("12, rue Haute", "L-1234 Luxembourg"), "Luxembourg"),
        ("CH", ("Rue du Lac 1", "CH-1003 Lausanne"), "Lausanne"),
        ("CH", ("Rue du Lac 1", "2300 LA CHAUX-DE-FONDS"), "LA CHAUX-DE-FONDS"),
        ("CH", ("Rue du Rhône 1", "1211 Genève 3"), "Genève"),
        ("FR", ("12 rue Haute", "69001 Lyon"), "Lyon"),
        ("FR", ("12 rue Haute", "69431 Lyon Cedex 03"), "Lyon"),
        ("FR", ("12 rue Haute", "75016 Paris CEDEX"), "Paris"),
        ("FR", ("1200 chemin Vert", "F-06130 Grasse"), "Grasse"),
        ("IT", ("Via Roma 12", "20121 Milano MI"), "Milano"),
        ("IT", ("Via Roma 12", "20121 Milano (MI)"), "Milano"),
        ("IT", ("Via Roma 12", "I-10121 Torino", "Italia"), "Torino"),
        ("GB", ("12 High Street", "London SW1A 1AA"), "London"),
        ("GB", ("12 High Street", "London", "SW1A 1AA"), "London"),
        ("GB", ("12 High Street", "Leeds, LS1 4AP"), "Leeds"),
        ("IE", ("12 Main Street", "Dublin 2", "D02 X285"), "Dublin"),
        ("IE", ("12 Main Street", "Cork T12 W8KP"), "Cork"),
        ("IE", ("12 Main Street", "Dublin 6W, D6W XY00"), "Dublin"),
        ("BE", ("Bruxelles",), "Bruxelles"),
    ],
)
def test_the_town_of_the_date_line(country: str, lines: tuple[str, ...], expected: str) -> None:
    assert town(lines, country) == expected


def test_the_town_that_is_given_is_taken() -> None:
    for town_given, expected in (
        ("Uccle", Text("Uccle")),
        ("{fr: Uccle, nl: Ukkel}", Text("", {"fr": "Uccle", "nl": "Ukkel"})),
    ):
        changed = change(
            "  country: BE\n  number", f"  country: BE\n  town: {town_given}\n  number"
        )
        assert case.read(changed).creditor.town == expected


# -- the sender's own details

OWN = "name: Own SRL\naddress: [Rue Basse 1, 5000 Namur]\ncountry: BE\nphone: 081 55 00 00\n"


@pytest.mark.parametrize("wrapped", [False, True])
def test_own_details_stand_in_for_the_creditor(tmp_path: Path, wrapped: bool) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("creditor:\n" + re.sub("^", "  ", OWN, flags=re.M) if wrapped else OWN)
    lacking = re.sub(r"creditor:\n(  .*\n)+", "", GOOD).encode()
    assert case.read(lacking, creditor=own).creditor == Creditor(
        "Own SRL", ("Rue Basse 1", "5000 Namur"), "BE", Text("Namur"), phone="081 55 00 00"
    )


def test_the_case_goes_before_own_details() -> None:
    own = {
        "name": "Own SRL",
        "phone": "081 55 00 00",
        "hours": "9-12",
        "iban": "BE71 0961 2345 6769",
        "bic": "GKCCBEBB",
        "payee": "Own Holder",
        "town": "Namur",
    }
    read = case.read(GOOD.encode(), creditor=own).creditor
    assert (read.name, read.phone, read.hours) == ("Dubreuil SRL", "+32 2 555 00 12", Text("9-12"))
    assert (read.iban, read.bic, read.payee) == ("BE68539007547034", "", "")
    assert read.town == Text("Bruxelles")


def test_own_details_are_checked_in_their_own_file(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(OWN + "iban: BE68 5390 0754 7043\nfax: 1\n")
    error = refusal(change("  iban: BE68 5390 0754 7034\n", ""), creditor=own, name="case.yaml")
    assert [(f.file, f.id, f.path, f.line) for f in error.findings] == [
        (str(own), "iban_checksum", "iban", 5),
        (str(own), "key_unknown", "fax", 6),
    ]


@pytest.mark.parametrize("wrapped", [False, True])
def test_own_details_from_python(wrapped: bool) -> None:
    lacking = re.sub(r"creditor:\n(  .*\n)+", "", GOOD).encode()
    own = yaml.load(OWN, yaml.BaseLoader)
    assert case.read(lacking, creditor={"creditor": own} if wrapped else own).creditor.name
    own["country"] = "UK"
    error = refusal(lacking, creditor={"creditor": own} if wrapped else own)
    assert found(error) == [("country_unknown", "creditor.country", 0)]


@pytest.mark.parametrize("own", ["- a\n", "Own SRL\n", "a\n", "*a\n"])
def test_own_details_of_another_form(tmp_path: Path, own: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(own)
    assert refusal(GOOD.encode(), creditor=path).findings[-1].id == "creditor_form"


# -- bad input


@pytest.mark.parametrize("entry", TABLE["bad"], ids=lambda entry: str(entry["name"]))
def test_bad_case(entry: dict[str, Any]) -> None:
    error = refusal(source(entry), name="case.yaml")
    assert found(error) == [
        (f["id"], f.get("path", ""), f.get("line", 0)) for f in entry.get("findings", [entry])
    ]
    assert {f.file for f in error.findings} == {"case.yaml"}
    assert not re.search(r"\{\w*\}", error.explain("en"))  # a place that was not filled


def test_no_two_bad_cases_are_the_same() -> None:
    entries = TABLE["bad"]
    assert len({entry["name"] for entry in entries}) == len(entries)
    assert len({source(entry) for entry in entries}) == len(entries)


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ({"a": Node(1), "b": Node(2)}, "a: …, b: …"),
        ([Node(1)], "[…]"),
        ([], "[]"),
        (True, "true"),
        (None, ""),
        (date(2026, 1, 2), "2026-01-02"),
        ("  two\n lines ", "two lines"),
        ("x" * 70, "x" * 59 + "…"),
        ("a\u202eb", "a�b"),
    ],
)
def test_a_value_as_messages_show_it(value: Any, seen: str) -> None:
    assert Node(value).seen == seen


def test_words_have_an_end() -> None:
    written = f"{GOOD}suspension: {{from: 2026-12-20, clause: {'wort ' * 101}}}\n"
    assert found(refusal(written.encode())) == [("too_long", "suspension.clause", 30)]


def test_a_message_as_it_is_read() -> None:
    assert refusal(change("250.00", "1.250"), name="case.yaml").explain() == (
        "case.yaml:20: invoices[0].amount: “1.250” can be read in two ways.\n"
        "  Write `amount: 1250.00` if the point or comma separates thousands,\n"
        "  or `amount: 1.25` (rounded to cents) if it comes before the decimals."
    )


def test_the_examples_in_messages_are_yaml_of_their_field() -> None:
    for name, example in EXAMPLES.items():
        assert list(yaml.load(example, yaml.BaseLoader)) == [name.rpartition(".")[2]]
    whole = [EXAMPLES[key] for key in ("creditor", "debtor", "invoices", "contacts", "enclosures")]
    rest = [EXAMPLES[key] for key in ("contract", "next_step", "plan", "policy", "suspension")]
    case.read("\n".join([*whole, *rest, EXAMPLES["terms"]]).encode())


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert [f.id for f in refusal(tmp_path / "none.yaml").findings] == ["file_missing"]
    assert [f.id for f in refusal(tmp_path).findings] == ["file_is_folder"]
    assert [f.id for f in refusal("a\0b.yaml").findings] == ["file_unreadable"]
    assert [f.id for f in refusal("case.pdf").findings] == ["source_unknown"]
    assert [f.id for f in refusal(GOOD).findings] == ["source_unknown"]
    assert [f.id for f in refusal(5).findings] == ["source_unknown"]


@pytest.mark.parametrize(
    ("value", "id"),
    [
        (250.0, "float_given"),
        (float("nan"), "float_given"),
        (True, "amount_form"),
        (Decimal("NaN"), "amount_form"),
        (Decimal("sNaN"), "amount_form"),
        (Decimal("-Infinity"), "amount_form"),
        (Decimal("1E+9999"), "amount_too_big"),
        (Decimal("1E-9999"), "amount_decimals"),
        (Decimal("250.001"), "amount_decimals"),
        (Decimal("-1"), "amount_negative"),
        (Decimal("-0.00"), "amount_zero"),
        (-1, "amount_negative"),
        (0, "amount_zero"),
        (10**30, "amount_too_big"),
        (date(2026, 1, 1), "amount_form"),
        (datetime(2026, 1, 1), "type_unknown"),
        (b"250", "type_unknown"),
        ({250}, "type_unknown"),
        ("2\u202e50", "hidden_character"),
        ("250\x00", "hidden_character"),
        ("\ud800", "hidden_character"),
        ([], "amount_form"),
    ],
)
def test_an_amount_from_python(value: object, id: str) -> None:
    tree = yaml.load(GOOD, yaml.BaseLoader)
    tree["invoices"][0]["amount"] = value
    assert found(refusal(tree)) == [(id, "invoices[0].amount", 0)]


@pytest.mark.parametrize("value", [True, Decimal("1"), date(2026, 1, 1)])
def test_a_text_from_python_is_a_text_or_a_whole_number(value: object) -> None:
    tree = yaml.load(GOOD, yaml.BaseLoader)
    tree["debtor"]["name"] = value
    assert found(refusal(tree)) == [("want_text", "debtor.name", 0)]


@pytest.mark.parametrize("value", [True, 5, 1.0, Decimal("1")])
def test_a_stage_from_python_is_a_whole_number(value: object) -> None:
    tree = yaml.load(GOOD, yaml.BaseLoader)
    tree["contacts"][0]["stage"] = value
    id = "float_given" if isinstance(value, float) else "want_count"
    assert found(refusal(tree)) == [(id, "contacts[0].stage", 0)]


def test_a_letter_of_claim_can_be_recorded() -> None:
    (sent,) = case.read(change("stage: 1", "stage: claim")).contacts
    assert (sent.stage, sent.named, sent.letter) == (None, "claim", "claim")


@pytest.mark.parametrize(
    ("letter", "paid", "credited", "ids"),
    [
        ("3", "292.55", None, []),
        ("claim", "292.55", None, []),
        ("2", "292.55", None, ["payments_too_much"]),
        ("3", "292.55", "0.01", ["credits_too_much"]),
        ("3", "200.00", "50.00", []),
        ("3", "200.00", "50.01", ["credits_too_much"]),
    ],
)
def test_after_a_final_demand_more_than_the_invoice_may_be_paid(
    letter: str, paid: str, credited: str | None, ids: list[str]
) -> None:
    tree = yaml.load(GOOD, yaml.BaseLoader)
    tree["contacts"][0]["stage"] = letter
    tree["invoices"][0]["payments"][0]["amount"] = paid
    if credited:
        tree["invoices"][0]["credits"] = [{"number": "N", "date": "2026-12-20", "amount": credited}]
    if ids:
        assert [finding.id for finding in refusal(tree).findings] == ids
    else:
        assert str(case.read(tree).invoices[0].payments[0].amount) == paid


def test_types_from_python() -> None:
    tree = yaml.load(GOOD, yaml.BaseLoader)
    tree |= {"sample": True, "policy": {"stage1": 5}, "deadline": {3: date(2026, 12, 1)}}
    read = case.read(tree)
    assert (read.sample, read.policy.stage1) == (True, 5)
    assert read.deadline == {"3": date(2026, 12, 1)}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("03/11/2026", "2026-11-03"),
        ("3.11.2026", "2026-11-03"),
        ("3-11-2026", "2026-11-03"),
        ("3 11 2026", "2026-11-03"),
        ("2026/11/3", "2026-11-03"),
        ("20261103", "2026-11-03"),
        ("2026-11-03 10:00", "2026-11-03"),
        ("11/31/2026", "2026-11-30"),
        ("3 november", "2026-11-30"),
    ],
)
def test_the_date_that_was_meant_is_offered(written: str, meant: str) -> None:
    error = refusal(change("due: 2026-11-03", f"due: {written}"))
    assert error.findings[0].values["meant"] == meant


@pytest.mark.parametrize(
    ("written", "guess"),
    [("kind: buisness", "business"), ("kind: Public", "public"), ("kind: x", "business")],
)
def test_the_word_that_was_meant_is_offered(written: str, guess: str) -> None:
    error = refusal(change("kind: business", written))
    assert error.findings[0].values["guess"] == guess


def test_a_mapping_that_holds_itself() -> None:
    tree = yaml.load(GOOD, yaml.BaseLoader)
    tree["plan"] = tree
    assert [f.id for f in refusal(tree).findings] == ["too_deep"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1250", "1250.00"),
        ("1250.00", "1250.00"),
        ("1250,00", "1250.00"),
        ("1250,5", "1250.50"),
        ("1 250,00", "1250.00"),
        ("1\u00a0250,00", "1250.00"),
        ("1\u202f250,00", "1250.00"),
        ("1.250,00", "1250.00"),
        ("1'250.00", "1250.00"),
        ("1’250.00", "1250.00"),
        ("1,250.00", "1250.00"),
        ("1 250", "1250.00"),
        ("1'250", "1250.00"),
        ("1.250.000", "1250000.00"),
        ("1,250,000.5", "1250000.50"),
        ("0.01", "0.01"),
        ("0", "0.00"),
        ("999 999 999,99", "999999999.99"),
    ],
)
def test_an_amount(written: str, expected: str) -> None:
    assert str(amount(Node(written))) == expected


@given(st.text(alphabet="0123456789.,' -", max_size=16))
def test_an_amount_is_read_in_one_way_only(written: str) -> None:
    """What is accepted has the digits that were written, and cents only behind the last sign."""
    try:
        read = amount(Node(written))
    except FieldError:
        return
    whole, cents = written.strip(), "0"
    last = re.search(r"[.,](\d{1,2})$", whole)
    if last:
        whole, cents = whole[: last.start()], last[1]
    assert read == Decimal(re.sub(r"\D", "", whole) + "." + cents)
    assert not re.fullmatch(r"\d{1,3}[.,]\d{3}", written.strip())


@given(st.decimals(min_value=0, max_value=10**9 - 1, places=2))
def test_an_amount_comes_back(value: Decimal) -> None:
    for written in (value, f"{value}", f"{value:,}", f"{value}".replace(".", ",")):
        assert amount(Node(written)) == value


# -- hostile input


@pytest.mark.parametrize("entry", BOMBS, ids=lambda entry: str(entry["name"]))
def test_a_bomb_is_refused_quickly(entry: dict[str, Any]) -> None:
    raw = bomb(entry)
    before = time.process_time()
    error = refusal(raw)
    assert entry["id"] in {finding.id for finding in error.findings}
    assert len(error.findings) <= MAX_FINDINGS + 1
    assert time.process_time() - before < 3  # one second, and time to spare on a busy machine


def test_there_are_enough_bad_inputs() -> None:
    names = [entry["name"] for entry in (*TABLE["bad"], *BOMBS)]
    assert len(set(names)) == len(names) >= 280


def test_a_file_of_any_size_is_read_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(10**12)  # sparse
    assert [f.id for f in refusal(path).findings] == ["file_too_big"]
    assert data.MAX_BYTES == 1_000_000


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_at_all(raw: bytes) -> None:
    refusal(raw)


@settings(max_examples=300)
@given(
    at=st.integers(0, len(GOOD)),
    length=st.integers(0, 12),
    new=st.text(max_size=12) | st.sampled_from([*"[]{}:#&*!|>'\"%@`-,?", "\n", "\t", "  ", "- "]),
)
def test_a_good_case_spoilt_anywhere(at: int, length: int, new: str) -> None:
    """Whatever is done to a case, it is read or it is refused with findings."""
    raw = (GOOD[:at] + new + GOOD[at + length :]).encode("utf-8", "surrogatepass")
    try:
        case.read(raw)
    except InputError:
        refusal(raw)
