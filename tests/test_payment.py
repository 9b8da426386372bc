"""Account numbers, business numbers and references: the official examples, and one digit off."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.be import ogm_vcs
from stdnum.ch import esr

from letterkit import data, payment
from letterkit.model import (
    Case,
    Claim,
    Creditor,
    Debtor,
    Invoice,
    NextStep,
    OpenItem,
    PaymentOrder,
)
from letterkit.payment import FieldError

IBANS = {  # the examples of the IBAN registry
    "BE": "BE68 5390 0754 7034",
    "CH": "CH93 0076 2011 6238 5295 7",
    "DE": "DE89 3704 0044 0532 0130 00",
    "FR": "FR14 2004 1010 0505 0001 3M02 606",
    "GB": "GB29 NWBK 6016 1331 9268 19",
    "IE": "IE29 AIBK 9311 5212 3456 78",
    "IT": "IT60 X054 2811 1010 0000 0123 456",
    "LU": "LU28 0019 4006 4475 0000",
    "NL": "NL91 ABNA 0417 1643 00",
}

NUMBERS = [  # right ones; from the documentation of the registers and of python-stdnum
    ("BE", "0403.170.701"),
    ("BE", "BE 0403 170 701"),
    ("BE", "BE0417497106"),
    ("BE", "403170701"),
    ("CH", "CHE-107.787.577"),
    ("CH", "CHE-107.787.577 TVA"),
    ("CH", "CHE-107.787.577 MWST"),
    ("CH", "107.787.577"),
    ("FR", "552 008 443"),
    ("FR", "73282932000074"),
    ("FR", "FR 40 303 265 045"),
    ("FR", "FRK7399859412"),
    ("GB", "GB 980 7806 84"),
    ("GB", "980780684"),
    ("GB", "SC123456"),
    ("GB", "01234567"),
    ("IE", "IE 6433435F"),
    ("IE", "8D79739I"),
    ("IE", "123456"),
    ("IT", "IT 00743110157"),
    ("IT", "00743110157"),
    ("IT", "RCCMNL83S18D969H"),
    ("LU", "LU 15027442"),
    ("LU", "B 12345"),
    ("NL", "NL004495445B01"),
    ("NL", "12345678"),
]


def test_the_examples_of_the_iban_registry() -> None:
    for iban in IBANS.values():
        assert payment.check_iban(iban.lower()) == iban.replace(" ", "")


@pytest.mark.parametrize("iban", IBANS.values())
def test_an_iban_with_any_one_digit_off(iban: str) -> None:
    compact = iban.replace(" ", "")
    for at in range(2, len(compact)):
        if compact[at].isdigit():
            wrong = compact[:at] + str((int(compact[at]) + 1) % 10) + compact[at + 1 :]
            with pytest.raises(FieldError, match="iban_checksum"):
                payment.check_iban(wrong)


@pytest.mark.parametrize(("country", "number"), NUMBERS)
def test_a_right_number_stays_as_it_was_typed(country: str, number: str) -> None:
    assert payment.check_number(number, country) == number


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("BE", "0403.170.70"),
        ("BE", "0403.170.702"),
        ("BE", "NL004495445B01"),
        ("BE", "２403170701"),
        ("CH", "CHE-107.787.578"),
        ("CH", "CHE-107.787.577 VAT"),
        ("CH", "CHE-107.787.57"),
        ("FR", "552 008 444"),
        ("FR", "55200844"),
        ("FR", "73282932000079"),
        ("FR", "FR 41 303 265 045"),
        ("GB", "GB 980 7806 85"),
        ("GB", "GB 98078068"),
        ("GB", "1234567"),
        ("IE", "IE 6433435G"),
        ("IE", "123"),
        ("IT", "00743110158"),
        ("IT", "0074311015"),
        ("IT", "RCCMNL83S18D969I"),
        ("LU", "LU 15027443"),
        ("LU", "B 1234567"),
        ("NL", "NL004495446B01"),
        ("NL", "NL004495445B00"),
        ("NL", "1234567"),
        *((country, "none") for country in ("BE", "CH", "FR", "GB", "IE", "IT", "LU", "NL")),
    ],
)
def test_a_wrong_number(country: str, number: str) -> None:
    with pytest.raises(FieldError, match=f"^number_{country}$"):
        payment.check_number(number, country)


def test_a_number_of_another_country_is_left_alone() -> None:
    assert payment.check_number("DE 123", "DE") == "DE 123"


@pytest.mark.parametrize(
    "written", ["+++010/8068/17183+++", "***010/8068/17183***", "010/8068/17183", "010 8068 17183"]
)
def test_ogm(written: str) -> None:
    assert payment.check_ogm(written) == "+++010/8068/17183+++"


def test_ogm_whose_rest_is_nothing_ends_in_97() -> None:
    assert payment.check_ogm("000000009797") == "+++000/0000/09797+++"
    for wrong in ("000000009700", "000000000000", "+++010/8068/17183", "010806817183000"):
        with pytest.raises(FieldError, match="reference_ogm"):
            payment.check_ogm(wrong)


@given(st.integers(0, 10**12 - 1))
def test_ogm_as_stdnum_has_it(number: int) -> None:
    written = f"{number:012}"
    for digits in (written, written[:10] + ogm_vcs.calc_check_digits(written)):
        assert _accepts(payment.check_ogm, digits) == (
            ogm_vcs.is_valid(digits) or digits == "000000000097"  # stdnum refuses a bare 0
        )


@given(st.from_regex(r"RF[0-9]{2}[A-Z0-9]{1,21}", fullmatch=True))
def test_rf_as_stdnum_has_it(reference: str) -> None:
    body = reference[4:]
    right = 98 - int("".join(str(int(c, 36)) for c in body + "RF00")) % 97
    for written in (reference, f"RF{right:02}{body}"):
        assert _accepts(payment.check_rf, written) == iso11649.is_valid(written)
    assert payment.check_rf(f"rf{right:02} {body}") == f"RF{right:02}{body}"


@pytest.mark.parametrize(
    "written", ["RF18", "RF18-5390", "RF1é", "XX18539007547034", "RF18" + 22 * "0"]
)
def test_rf_of_another_form(written: str) -> None:
    with pytest.raises(FieldError, match="reference_rf"):
        payment.check_rf(written)


@pytest.mark.parametrize("written", ["", "00", 26 * "0", 28 * "0", 26 * "0" + "é", 27 * "０"])
def test_qrr_of_another_form(written: str) -> None:
    with pytest.raises(FieldError, match="reference_qrr"):
        payment.check_qrr(written)


@given(st.integers(0, 10**26 - 1))
def test_qrr_as_stdnum_has_it(number: int) -> None:
    digits = f"{number:026}"
    for last in "0123456789":
        assert _accepts(payment.check_qrr, digits + last) == (
            number > 0 and last == esr.calc_check_digit(digits)
        )


@pytest.mark.parametrize(
    ("written", "country", "kept"),
    [
        ("010806817183", "BE", "+++010/8068/17183+++"),
        ("010806817184", "FR", "010806817184"),  # twelve digits mean nothing there
        ("010/8068/17183", "NL", "+++010/8068/17183+++"),
        ("rf18 5390 0754 7034", "CH", "RF18539007547034"),
        ("21 00000 00003 13947 14300 09017", "CH", "210000000003139471430009017"),
        ("Factuur 2026-0412", "BE", "Factuur 2026-0412"),
        ("RFQ 12", "NL", "RFQ 12"),
        ("210000000003139471430009018", "CH", None),
        ("RF19539007547034", "CH", None),
        ("***010/8068/17184***", "FR", None),
        ("010806817184", "BE", None),
    ],
)
def test_a_reference(written: str, country: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(FieldError, match="reference_"):
            payment.check_reference(written, country)
    else:
        assert payment.check_reference(written, country) == kept


@pytest.mark.parametrize("bic", ["GKCCBEBB", "gkccbebbxxx", "GKCC BE BB"])
def test_bic(bic: str) -> None:
    assert payment.check_bic(bic) == bic.replace(" ", "").upper()


@pytest.mark.parametrize("bic", ["GKCCBEB", "GKCCBEBBXX", "GKCC12BB", "ГКССВЕВВ"])
def test_a_wrong_bic(bic: str) -> None:
    with pytest.raises(FieldError, match="bic_form"):
        payment.check_bic(bic)


def test_a_british_account() -> None:
    assert payment.check_sort_code("12 34 56") == "12-34-56"
    assert payment.check_account_number("0123 4567") == "01234567"
    for wrong in ("12345", "1234567", "12-34-5a", "１２３４５６"):
        with pytest.raises(FieldError, match="sort_code_form"):
            payment.check_sort_code(wrong)
    for wrong in ("1234567", "123456789", "1234567a"):
        with pytest.raises(FieldError, match="account_number_form"):
            payment.check_account_number(wrong)


@pytest.mark.parametrize("language", ["en"])
def test_the_examples_in_the_messages_are_right(language: str) -> None:
    messages: dict[str, Any] = data.messages(language)
    numbers = [
        (id[-2:], number)
        for id, said in messages.items()
        if re.fullmatch("number_[A-Z]{2}", id)
        for number in re.findall(r"^number: (.+)$", said["mend"], re.MULTILINE)
    ]
    assert {country for country, _ in numbers} == {"BE", "CH", "FR", "GB", "IE", "IT", "LU", "NL"}
    for country, number in numbers:
        payment.check_number(number, country)
    for id in ("reference_ogm", "reference_rf", "reference_qrr"):
        (reference,) = re.findall("^reference: (.+)$", messages[id]["mend"], re.MULTILINE)
        payment.check_reference(reference, "BE")
    (iban,) = re.findall("^iban: (.+)$", messages["iban_form"]["mend"], re.MULTILINE)
    payment.check_iban(iban)
    (bic,) = re.findall("^bic: (.+)$", messages["bic_form"]["mend"], re.MULTILINE)
    payment.check_bic(bic)


# -- the order to pay

CREDITOR = Creditor("Dubreuil SRL", ("1000 Bruxelles",), "BE", iban="BE68539007547034")
STEP = NextStep("agency", "Incasso NV", "26/118", iban="BE71096123456769")


def _order(
    creditor: Creditor = CREDITOR, references: tuple[str, ...] = ("",), **keywords: Any
) -> PaymentOrder | None:
    invoices = tuple(
        Invoice(f"F{n}", date(2026, 1, 1), date(2026, 2, 1), Decimal(9), "EUR", reference=text)
        for n, text in enumerate(references, 1)
    )
    debtor = Debtor("B", ("2000 Antwerpen",), "BE")
    step = keywords.pop("next_step", None)
    zero = Decimal(0)
    items = tuple(
        OpenItem(invoice, zero, zero, zero, Decimal(9), 9, Decimal(9)) for invoice in invoices
    )
    claim = Claim(date(2026, 3, 1), "EUR", items, (), (), Decimal(9), zero, zero, zero)
    case = Case(creditor, debtor, invoices, next_step=step)
    return payment.order(case, claim, Decimal("9.00"), **keywords)


def test_an_order_to_pay() -> None:
    assert _order() == PaymentOrder("Dubreuil SRL", "BE68539007547034", Decimal(9), "EUR", "F1")


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        (("+++010/8068/17183+++",), "+++010/8068/17183+++"),
        (("+++010/8068/17183+++", ""), "F1, F2"),
        (("", "", ""), "F1, F2, F3"),
    ],
)
def test_what_to_quote(references: tuple[str, ...], expected: str) -> None:
    order = _order(references=references)
    assert order is not None
    assert order.reference == expected


def test_everything_on_the_account_goes_along() -> None:
    creditor = CREDITOR._replace(
        iban="",
        bic="GKCCBEBB",
        payee="Holder",
        payment_link="https://pay.example/1",
        sort_code="12-34-56",
        account_number="01234567",
    )
    assert _order(creditor) == PaymentOrder(
        payee="Holder",
        account="",
        amount=Decimal("9.00"),
        currency="EUR",
        reference="F1",
        link="https://pay.example/1",
        bic="GKCCBEBB",
        sort_code="12-34-56",
        account_number="01234567",
    )


def test_no_account_and_no_link_is_no_order() -> None:
    nothing = CREDITOR._replace(iban="")
    assert _order(nothing) is None
    assert _order(nothing._replace(payment_link="https://pay.example/1")) is not None
    assert _order(nothing._replace(account_number="01234567")) is not None


def test_an_agent_collects_only_when_asked_to() -> None:
    expected = PaymentOrder("Incasso NV", "BE71096123456769", Decimal(9), "EUR", "26/118")
    assert _order(next_step=STEP, to_agent=True) == expected
    assert _order(next_step=STEP) == _order()
    assert _order(next_step=STEP._replace(iban=""), to_agent=True) == _order()
    assert _order(to_agent=True) == _order()


def _accepts(check: Any, text: str) -> bool:
    try:
        check(text)
    except FieldError:
        return False
    return True


@given(st.integers(0, 10**10 - 1))
def test_belgian_numbers_as_stdnum_has_them(number: int) -> None:
    from stdnum.be import vat

    text = f"{number:010d}"
    right = f"{text[:8]}{97 - int(text[:8]) % 97:02d}"
    for candidate in (text, right):
        assert payment._fits("be.vat", candidate) == vat.is_valid(candidate), candidate


@given(st.sampled_from(sorted(payment._IBAN_FORMS)), st.data())
def test_iban_forms_as_stdnum_has_them(country: str, data: st.DataObject) -> None:
    """Numbers of about the right form, with the check digits they need."""
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    form = payment._IBAN_FORMS[country]
    account = data.draw(
        st.one_of(
            st.from_regex(re.compile(form, re.ASCII), fullmatch=True),
            st.from_regex(re.compile(r"\d{2}[A-Z0-9]{8,30}", re.ASCII), fullmatch=True),
        )
    )[2:]
    digits = "".join(str(int(c, 36)) for c in f"{account}{country}00")
    number = f"{country}{98 - int(digits) % 97:02d}{account}"
    try:
        iban.validate(number, check_country=False)
        fits = True
    except ValidationError:
        fits = False
    assert payment._iban_fits(number) == fits, number
