"""What the codes hold: against published samples, and what no code may be made of."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import segno.helpers
import yaml
from chqr import Creditor, QRBill, UltimateDebtor
from hypothesis import given
from hypothesis import strategies as st

from letterkit import compose, data, payment, payment_code, showcase
from letterkit.errors import NOTE, InputError
from letterkit.model import Letter, PaymentCode, PaymentOrder, Postal
from letterkit.payment import FieldError
from letterkit.payment_code import Holder
from tests import gallery

HERE = Path(__file__).parent
HOSTILE = yaml.safe_load((HERE / "hostile.yaml").read_text(encoding="utf-8"))
STRINGS = [s for part in HOSTILE.values() for group in part.values() for s in group]
MARKS = [s for group in HOSTILE["refused"].values() for s in group]


def sample(name: str) -> list[str]:
    """The lines of a published sample."""
    return (HERE / "codes" / f"{name}.txt").read_bytes().decode().split("\n")


def order(
    payee: str, account: str, amount: str, reference: str, currency: str = "EUR", bic: str = ""
) -> PaymentOrder:
    return PaymentOrder(payee, account, Decimal(amount), currency, reference, bic=bic)


# -- EPC069-12

EPC = {
    "epc1_de_text": order(
        "Müller & Söhne GmbH", "DE89370400440532013000", "1284.65", "Mahnung 2 Rechnung 2026-0417"
    ),
    "epc2_rf": order("Uitgeverij De Linde B.V.", "NL91ABNA0417164300", "199.95", "RF2420260418"),
    "epc3_be_ogm": order(
        "Imprimerie Dubois SRL", "BE68539007547034", "450", "+++090/3340/00554+++"
    ),
}


@pytest.mark.parametrize("name", EPC)
def test_an_epc_code_line_by_line(name: str) -> None:
    code = payment_code.epc(EPC[name])
    assert code.payload.split("\n") == sample(name)
    assert code.encoding == "utf-8"


def test_a_letter_always_says_its_sum() -> None:
    """The samples that leave it open, with a sum in its place."""
    lines = sample("epc4_open_amount")
    lines[7] = "EUR12.30"
    given = order(lines[5], lines[6], "12.30", lines[10])
    assert payment_code.epc(given).payload.split("\n") == lines
    lines = sample("ch3_non_chf_open")
    lines[18] = "12.30"
    holder = Holder("Verein Muster", Postal("", "", "8001", "Zürich"), "CH")
    given = order("", lines[3], "12.3", lines[29], currency="CHF")
    assert payment_code.qr_bill(given, holder).payload.split("\n") == lines


@given(
    st.text("abc éü-0123456789", min_size=1, max_size=70).map(str.strip).filter(bool),
    st.decimals("0.01", "999999999.99", places=2),
    st.sampled_from([("text", "F 1"), ("reference", "RF2420260418")]),
    st.sampled_from(["", "GKCCBEBB"]),
)
def test_an_epc_code_as_segno_composes_it(
    payee: str, amount: Decimal, reference: tuple[str, str], bic: str
) -> None:
    made = order(payee, "BE68539007547034", str(amount), reference[1], bic=bic)
    theirs: bytes = segno.helpers._make_epc_qr_data(  # type: ignore[attr-defined]  # no types
        payee, made.account, amount, bic=bic or None, encoding="utf-8", **dict([reference])
    )
    ours = payment_code.epc(made).payload.split("\n")
    lines = theirs.decode().rstrip("\n").split("\n")
    assert Decimal(lines[7][3:]) == amount  # segno leaves out zeros at the end
    assert ours == [*lines[:7], f"EUR{amount:.2f}", *lines[8:]]


def test_the_bic_is_needed_outside_the_economic_area_only() -> None:
    british = order("Holder", "GB29NWBK60161331926819", "1", "F-1")
    with pytest.raises(FieldError, match="code_bic"):
        payment_code.epc(british)
    assert payment_code.epc(british._replace(bic="NWBKGB2L")).payload.split("\n")[4] == "NWBKGB2L"


def test_a_long_text_is_cut_behind_a_whole_number() -> None:
    numbers = ", ".join(f"2026-{n:04}" for n in range(40))
    line = payment_code.epc(order("A", "BE68539007547034", "1", numbers)).payload.split("\n")[10]
    assert numbers.startswith(line + ", ")
    assert 140 - len(", 2026-0000") < len(line) <= 140


def test_accents_that_fill_the_code_are_written_in_latin_1() -> None:
    code = payment_code.epc(order("é" * 70, "BE68539007547034", "1", "é" * 140))
    assert code.encoding == "iso-8859-1"
    assert code.payload.split("\n")[2] == "2"
    assert len(code.payload.encode(code.encoding)) <= 331


def test_other_letters_shorten_the_text_and_nothing_else() -> None:
    code = payment_code.epc(order("Ω" * 70, "BE68539007547034", "1", "Ω" * 140))
    assert 330 <= len(code.payload.encode()) <= 331
    assert code.payload.split("\n")[5:8] == ["Ω" * 70, "BE68539007547034", "EUR1.00"]
    too_much = order("𝔸" * 70, "BE68539007547034", "1", "RF2420260418")
    with pytest.raises(FieldError, match="code_too_large"):
        payment_code.epc(too_much)


def test_a_free_text_never_ends_like_a_structured_one() -> None:
    made = order("A", "BE68539007547034", "1", "invoice 090334000554")
    assert payment_code.epc(made).payload.endswith("\n\ninvoice 090334000554.")


GOOD = EPC["epc1_de_text"]


@pytest.mark.parametrize(
    ("change", "id"),
    [
        ({"account": "DE89370400440532013001"}, "iban_checksum"),
        ({"account": "BR1500000000000010932840814P2"}, "code_no_account"),
        ({"amount": Decimal(0)}, "code_amount"),
        ({"amount": Decimal("0.001")}, "code_amount"),
        ({"amount": Decimal("1.234")}, "code_amount"),
        ({"amount": Decimal("1000000000")}, "code_amount"),
        ({"currency": "GBP"}, "code_currency"),
        ({"currency": "CHF"}, "code_currency"),
        ({"payee": "x" * 71}, "code_too_long"),
        ({"payee": "A\nBE71096123456769"}, "code_character"),
        ({"reference": "a\r\nb"}, "code_character"),
    ],
)
def test_no_epc_code_is_made_of(change: dict[str, Any], id: str) -> None:
    with pytest.raises(FieldError, match=f"^{id}$"):
        payment_code.epc(GOOD._replace(**change))


@pytest.mark.parametrize("value", STRINGS)
@pytest.mark.parametrize("field", ["payee", "reference"])
def test_nothing_changes_who_is_paid(field: str, value: str) -> None:
    """Each line stays where it is, or there is no code."""
    made = GOOD._replace(payee=value) if field == "payee" else GOOD._replace(reference=value)
    holder = Holder(made.payee, SHOP, "CH")
    swiss = made._replace(account="CH9300762011623852957", currency="CHF")
    for kind, first, number, at in (("epc", "BCD", 11, (6, 7)), ("qr_bill", "SPC", 31, (3, 18))):
        try:
            if kind == "epc":
                code = payment_code.epc(made)
            else:
                code = payment_code.qr_bill(swiss, holder, holder)
        except FieldError as error:
            assert error.id in ("code_character", "code_address")  # noqa: PT017
            continue
        assert value not in MARKS
        lines = code.payload.splitlines()
        assert lines == code.payload.split("\n")
        assert (lines[0], len(lines)) == (first, number)
        assert [lines[n] for n in at] in (
            [made.account, "EUR1284.65"],
            [swiss.account, "1284.65"],
        )


# -- Swiss QR-bill

SHOP = Postal("Rue du Rhône", "12", "1204", "Genève")
CREDITOR = Holder("Éditions du Léman SA", SHOP, "CH")
BILL = order(
    CREDITOR.name,
    "CH4431999123000889012",
    "1284.65",
    "210000000003139471430009017",
    currency="CHF",
)
DEBTOR = Holder("Marie-Noëlle Dufour", Postal("Chemin des Vignes", "3b", "1009", "Pully"), "CH")
SCOR = order(CREDITOR.name, "CH5800791123000889012", "199.95", "RF2420260418")
ITALIAN = Holder(
    "Officina Țurcan & Figli S.r.l.", Postal("Via Nazionale", "48", "22100", "Como"), "IT"
)


def test_a_swiss_code_line_by_line() -> None:
    code = payment_code.qr_bill(BILL, CREDITOR, DEBTOR, "Rappel 2, facture 2026-0417")
    assert code.payload.split("\n") == sample("ch1_qrr_chf")[:31]  # without billing information
    code = payment_code.qr_bill(SCOR, CREDITOR, ITALIAN, "Sollecito 1, fattura 2026-0418")
    assert code.payload.split("\n") == sample("ch2_scor_eur")


def _chqr(made: PaymentOrder, creditor: Holder, debtor: Holder | None, message: str) -> str:
    def party(cls: Any, holder: Holder) -> Any:
        street, number, postcode, town = holder.place
        return cls(holder.name, postcode, town, holder.country, street, number)

    kind, bare = payment.kind_of(made.reference)
    return str(
        QRBill(
            account=made.account,
            creditor=party(Creditor, creditor),
            currency=made.currency,
            amount=made.amount,
            reference_type={"qrr": "QRR", "rf": "SCOR"}.get(kind, "NON"),
            reference=bare if kind in ("qrr", "rf") else None,
            additional_information=message,
            debtor=party(UltimateDebtor, debtor) if debtor else None,
        ).build_data_string()
    )


PLAIN = st.text("abcXYZ éèçüß0123456789-/.", min_size=1, max_size=30).map(str.strip).filter(bool)
HOLDERS = st.builds(
    Holder,
    PLAIN,
    st.builds(Postal, PLAIN, st.sampled_from(["", "3b"]), st.just("1003"), PLAIN),
    st.sampled_from(["CH", "LI", "IT"]),
)


@given(
    HOLDERS,
    st.none() | HOLDERS,
    st.decimals("0.01", "999999999.99", places=2),
    st.sampled_from([BILL, SCOR, SCOR._replace(reference="F-1", currency="CHF")]),
    PLAIN,
)
def test_the_same_as_chqr(
    creditor: Holder, debtor: Holder | None, amount: Decimal, made: PaymentOrder, message: str
) -> None:
    made = made._replace(amount=amount)
    if payment.kind_of(made.reference)[0] == "text":
        made = made._replace(reference=message)
    ours = payment_code.qr_bill(made, creditor, debtor, message).payload
    assert ours.split("\n") == _chqr(made, creditor, debtor, message).split("\n")[:31]


IBAN = "CH9300762011623852957"
ZEROS, WRONG = "0" * 27, "210000000003139471430009016"


@pytest.mark.parametrize(
    ("change", "id"),
    [
        ({"currency": "EUR"}, "code_currency"),  # QR-IBAN
        ({"reference": "2026-0417"}, "code_qr_iban"),
        ({"reference": "RF2420260418"}, "code_qr_iban"),
        ({"account": IBAN}, "code_qrr"),
        ({"account": "DE89370400440532013000"}, "code_no_account"),
        ({"account": "CH9300762011623852958"}, "iban_checksum"),
        ({"reference": ZEROS}, "code_qr_iban"),
        ({"reference": WRONG}, "code_qr_iban"),
        ({"account": IBAN, "currency": "USD", "reference": "x"}, "code_currency"),
        ({"amount": Decimal("1.234")}, "code_amount"),
        ({"amount": Decimal("0.00")}, "code_amount"),
        ({"amount": Decimal("1000000000")}, "code_amount"),
        ({"account": IBAN, "reference": "L’été"}, "code_character"),
    ],
)
def test_no_swiss_code_is_made_of(change: dict[str, Any], id: str) -> None:
    with pytest.raises(FieldError, match=f"^{id}$"):
        payment_code.qr_bill(BILL._replace(**change), CREDITOR, DEBTOR)


@pytest.mark.parametrize("wrong", ["RF18539007547035", ZEROS, WRONG])
def test_a_reference_with_a_wrong_check_digit_is_none(wrong: str) -> None:
    assert payment.kind_of(wrong)[0] == "text"
    with pytest.raises(FieldError, match="reference_"):
        payment.check_reference(wrong, "CH")


@pytest.mark.parametrize(
    "name", ["a\nb", "😀 Ltd", "Αθήνα", "evil\u202elive", "L’Oréal", "a\u00adb"]
)
def test_no_swiss_code_names(name: str) -> None:
    with pytest.raises(FieldError, match="code_character"):
        payment_code.qr_bill(BILL, CREDITOR._replace(name=name))
    with pytest.raises(FieldError, match="code_character"):
        payment_code.qr_bill(BILL, CREDITOR, DEBTOR._replace(name=name))


@pytest.mark.parametrize(
    ("postal", "id"),
    [
        (SHOP._replace(street="x" * 71), "code_too_long"),
        (SHOP._replace(number="x" * 17), "code_too_long"),
        (SHOP._replace(postcode="x" * 17), "code_too_long"),
        (SHOP._replace(town="x" * 36), "code_too_long"),
        (SHOP._replace(town=""), "code_address"),
        (SHOP._replace(postcode=""), "code_address"),
    ],
)
def test_no_swiss_code_has_an_address(postal: Postal, id: str) -> None:
    with pytest.raises(FieldError, match=f"^{id}$"):
        payment_code.qr_bill(BILL, CREDITOR._replace(postal=postal))


def test_a_swiss_code_stays_within_997_bytes() -> None:
    postal = Postal("é" * 70, "é" * 16, "é" * 16, "é" * 35)
    full = Holder("é" * 70, postal, "CH")
    with pytest.raises(FieldError, match="code_too_large"):
        payment_code.qr_bill(BILL, full, full, "é" * 140)
    most = payment_code.qr_bill(BILL, full, DEBTOR, "x" * 140).payload
    segno.make(most.encode(), error="m", version=25, micro=False)  # raises when it does not fit


def test_a_message_has_140_characters_at_most() -> None:
    code = payment_code.qr_bill(BILL, CREDITOR, DEBTOR, "x" * 141)
    assert code.payload.split("\n")[29] == "x" * 140


def test_a_postcode_has_no_country_before_it() -> None:
    abroad = Holder("A", Postal("Rue", "1", "F-75001", "Paris"), "FR")
    assert "\n75001\nParis\nFR\n" in payment_code.qr_bill(BILL, CREDITOR, abroad).payload
    assert payment_code._printed(abroad) == ("A", "Rue 1", "FR-75001 Paris")


# -- New references


@given(st.integers(1, 10**10 - 1))
def test_a_new_structured_communication_passes_its_check(number: int) -> None:
    made = payment.new_ogm(str(number))
    assert payment.kind_of(made) == ("ogm", f"{number:010}{made[-5:-3]}")


def test_new_references() -> None:
    assert payment.new_ogm("1234567890") == "+++123/4567/89002+++"
    assert payment.new_ogm("97") == "+++000/0000/09797+++"
    assert payment.new_rf("20260418") == "RF2420260418"
    assert payment.new_rf("i2020-0631") == "RF15I20200631"
    for wrong in ("", "0", "12345678901", "F-12", "１２"):
        with pytest.raises(FieldError, match="new_reference_ogm"):
            payment.new_ogm(wrong)
    for wrong in ("", "é", "x" * 22, "a+b"):
        with pytest.raises(FieldError, match="new_reference_rf"):
            payment.new_rf(wrong)


@given(st.from_regex("[A-Z0-9]{1,21}", fullmatch=True))
def test_a_new_creditor_reference_passes_its_check(body: str) -> None:
    assert payment.kind_of(payment.new_rf(body))[1][4:] == body


# -- The letter's code


def letter(example: str, tag: str, **change: Any) -> Letter:
    """The second reminder of an example with its creditor changed."""
    on = gallery.letter(example, tag, "2").on
    assert on is not None
    case = showcase.facts(example)
    for at, value in change.items():
        *way, last = at.split("__")
        place: Any = case
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place.pop(last) if value is None else place.update({last: value})
    contact = {"date": case["invoices"][0]["due"], "channel": "post", "stage": "1"}
    case.setdefault("contacts", []).append(contact)
    return compose(case, stage=2, on=on, language=tag, allow=ALLOW)


ALLOW = ("first_reminder_deadline_open",)


def code_of(made: Letter) -> PaymentCode | None:
    assert made.payment
    return made.payment.code


@pytest.mark.parametrize(
    ("example", "tag", "kind"),
    [
        ("be-b2b", "fr-BE", "epc"),
        ("nl-b2b", "nl-NL", "epc"),
        ("ch-b2b", "fr-CH", "qr_bill"),
        ("fr-b2b", "fr-FR", None),
        ("it-b2b", "it-IT", None),
        ("lu-b2b", "fr-LU", None),
        ("ie-b2b", "en-IE", None),
        ("gb-b2b", "en-GB", None),
    ],
)
def test_a_code_where_the_banks_read_it(example: str, tag: str, kind: str | None) -> None:
    code = code_of(gallery.letter(example, tag, "2"))
    assert (code.kind if code else None) == kind


def test_the_case_says_yes_or_no() -> None:
    made = code_of(letter("fr-b2b", "fr-FR", creditor__payment_code="true"))
    assert made
    assert made.kind == "epc"
    assert code_of(letter("be-b2b", "fr-BE", creditor__payment_code="false")) is None


@pytest.mark.parametrize("wanted", ["true", None])
def test_a_swiss_address_in_lines_makes_no_slip(wanted: str | None) -> None:
    change: dict[str, Any] = {"creditor__address": ["Rue du Lac 9", "1003 Lausanne"]}
    if wanted:
        with pytest.raises(InputError) as caught:
            letter("ch-b2b", "fr-CH", creditor__payment_code=wanted, **change)
        (finding,) = caught.value.findings
    else:
        made = letter("ch-b2b", "fr-CH", **change)
        assert code_of(made) is None
        (finding,) = (f for f in made.warnings if f.id.startswith("code_"))
        assert finding.severity == NOTE
    assert (finding.id, finding.path) == ("code_address", "creditor.address")


def test_a_debtor_in_lines_leaves_the_payer_open() -> None:
    made = letter("ch-b2b", "fr-CH", debtor__address=["Via Nassa 20", "6900 Lugano"])
    assert "code_debtor_open" in [finding.id for finding in made.warnings]
    code = code_of(made)
    assert code
    assert code.slip
    assert code.slip.debtor is None
    assert code.payload.split("\n")[20:27] == [""] * 7


def test_the_slip_speaks_the_letters_language_or_the_one_chosen() -> None:
    for tag, chosen, expected in (
        ("it-CH", "", "Ricevuta"),
        ("fr-CH", "de", "Empfangsschein"),
        ("nl-NL", "", "Receipt"),
    ):
        change = {"creditor__slip_language": chosen} if chosen else {}
        code = code_of(letter("ch-b2b", tag, **change))
        assert code
        assert code.slip
        assert code.slip.words["receipt"] == expected


def test_the_texts_of_the_slip() -> None:
    """As the guidelines have them; typed from there."""
    words = data.own_yaml("locales", "slip.yaml")
    assert all(set(said) == {"de", "en", "fr", "it"} for said in words.values())
    assert [said["fr"] for said in words.values()] == [
        "Section paiement",
        "Récépissé",
        "Compte / Payable à",
        "Référence",
        "Informations supplémentaires",
        "Payable par",
        "Payable par (nom/adresse)",
        "Monnaie",
        "Montant",
        "Point de dépôt",
        "A détacher avant le versement",
    ]
