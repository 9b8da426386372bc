"""Codes read back from the rendered page, and the Swiss slip where the guidelines want it.

Positions are those of the guidelines' style guide, typed from there: millimetres
from the upper left corner of the slip.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pdfplumber
import pypdfium2
import pytest
import segno
import zxingcpp
from PIL import Image, ImageOps

from letterkit import compose, showcase
from letterkit.model import Letter, PaymentCode
from letterkit.writers import codes, pdf
from tests import gallery
from tests.test_payment_code import DEBTOR, ITALIAN, letter

MM = 72 / 25.4
SLIP_TOP = 297 - 105
SLIP = ("ch-b2b", "fr-CH", "2")
CODED = ("be-", "nl-", "water-", "ch-")


@functools.cache
def made(name: str, tag: str, stage: str) -> tuple[Letter, bytes]:
    one = gallery.letter(name, tag, stage)
    return one, pdf.write(one)


def read(raw: bytes, dpi: int = 150) -> list[str]:
    """Every code on the pages, rendered in shades of grey."""
    pages = [
        page.render(scale=dpi / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(raw)
    ]
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page)]


def picture(code: PaymentCode) -> Image.Image:
    """A code alone, four points to a module, with its quiet zone."""
    rows = codes.modules(code)
    size = (len(rows), len(rows))
    drawn = Image.frombytes("L", size, b"".join(rows)).point(lambda dark: 255 * (1 - dark))
    return ImageOps.expand(drawn, codes.QUIET, 255).resize((4 * len(rows) + 32,) * 2, 0)


def text(raw: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(raw)]
    return " ".join("\n".join(pages).replace("\xa0", " ").split())


def coded() -> Iterator[tuple[str, str, str]]:
    for name, tag, stage in gallery.cells():
        if name.startswith(CODED) and not gallery.rendered(name, tag, stage).startswith(
            ("Refused", "InputError")
        ):
            yield name, tag, stage


CODED_LETTERS = list(coded())


@pytest.mark.parametrize(("name", "tag", "stage"), CODED_LETTERS)
def test_the_code_on_the_page_says_what_the_page_says(name: str, tag: str, stage: str) -> None:
    one, raw = made(name, tag, stage)
    order = one.payment
    if order is None or order.code is None:
        assert read(raw) == []
        return
    (payload,) = read(raw)
    lines = payload.split("\n")
    if order.code.kind == "epc":
        account, amount = lines[6], lines[7].removeprefix("EUR")
        reference, currency = lines[9] if len(lines) == 10 else lines[10], lines[7][:3]
    else:
        account, amount, currency, reference = lines[3], lines[18], lines[19], lines[29]
    assert (account, amount, currency) == (order.account, str(order.amount), order.currency)
    assert order.reference == reference
    printed = text(raw)
    (pay,) = (block for block in one.blocks if block.name == "pay")
    shown = dict(enumerate(value.replace("\xa0", " ") for _, value in pay.pairs))
    assert account in [value.replace(" ", "") for value in shown.values()]
    assert reference in shown.values()
    assert all(value in printed for value in shown.values())


def test_both_kinds_are_among_them() -> None:
    orders = [gallery.letter(*cell).payment for cell in CODED_LETTERS]
    kinds = [order.code.kind for order in orders if order and order.code]
    assert kinds.count("epc") > 20
    assert kinds.count("qr_bill") > 5


@pytest.mark.parametrize("dpi", [100, 150, 200, 300])
def test_a_poor_print_is_read(dpi: int) -> None:
    for cell in (("be-b2b", "nl-BE", "1"), SLIP):
        one, raw = made(*cell)
        assert one.payment
        assert one.payment.code
        assert read(raw, dpi) == [one.payment.code.payload]


@pytest.mark.parametrize(
    ("code", "version"),
    [
        (PaymentCode("epc", "BE68539007547034 Łódź €"), 2),  # 28 bytes, capitals as such
        (PaymentCode("epc", "€" * 109 + "éé"), 13),
        (PaymentCode("epc", "BCD\n002\n2\né", "iso-8859-1"), 1),
        (PaymentCode("qr_bill", "é" * 498), 25),
    ],
)
def test_a_code_holds_the_payload_as_it_is(code: PaymentCode, version: int) -> None:
    """At level M, and with nothing said of the character set: readers take that for text."""
    found: list[Any] = zxingcpp.read_barcodes(picture(code))
    (raw,) = found
    assert raw.bytes == code.payload.encode(code.encoding)
    assert (raw.symbology_identifier, raw.ec_level) == ("]Q1", "M")
    assert int(raw.extra["Version"]) == version


@pytest.mark.parametrize(
    ("kind", "most"), [("epc", 14), ("epc", 84), ("epc", 331), ("qr_bill", 997)]
)
def test_a_full_code_is_that_of_segno(kind: str, most: int) -> None:
    """Another encoder, module by module: what holds no digits or capitals is bytes in both."""
    text = "é" * (most // 2) + "x" * (most % 2)
    theirs = segno.make(text.encode(), error="m", mode="byte", micro=False, boost_error=False)
    assert codes.modules(PaymentCode(kind, text)) == [bytes(row) for row in theirs.matrix]


# -- The slip


def page_of(raw: bytes) -> tuple[Any, list[dict[str, Any]]]:
    """The last page, and the words of the slip: text, x, baseline and size in mm and points."""
    page = pdfplumber.open(io.BytesIO(raw)).pages[-1]
    words = page.extract_words(keep_blank_chars=True, extra_attrs=["fontname", "size"])
    at = {(char["x0"], char["top"]): char["matrix"][5] for char in page.chars}
    found = [
        {
            "text": word["text"].replace("\xa0", " "),
            "x": word["x0"] / MM,
            "right": word["x1"] / MM,
            "baseline": (float(page.height) - at[word["x0"], word["top"]]) / MM - SLIP_TOP,
            "size": round(word["size"], 1),
            "font": word["fontname"].partition("+")[2],
        }
        for word in words
        if (float(page.height) - at[word["x0"], word["top"]]) / MM > SLIP_TOP - 4
    ]
    return page, found


QRR = "210000000003139471430009017"
WITH_REFERENCE = {
    "creditor__iban": "CH4431999123000889012",
    "invoices__0__reference": QRR,
}
BOLD, REGULAR = "LiberationSans-Bold", "LiberationSans"


@functools.cache
def slip(tag: str, language: str = "", **change: str) -> bytes:
    chosen = {"creditor__slip_language": language} if language else {}
    return pdf.write(letter("ch-b2b", tag, **chosen, **change))


def test_the_slip_stands_where_the_guidelines_want_it() -> None:
    """The upper edge of a line is its capitals' height, 0.72 of the size, above the baseline."""
    _, words = page_of(slip("fr-CH", **WITH_REFERENCE))
    line = 11 * 25.4 / 72  # of 11 points, in mm
    for said, x, top, size, font in (
        ("Récépissé", 5, 5, 11, BOLD),
        ("Compte / Payable à", 5, 12, 6, BOLD),
        ("CH44 3199 9123 0008 8901 2", 5, 12 + 9 * 25.4 / 72, 8, REGULAR),
        ("Monnaie", 5, 68, 6, BOLD),
        ("Montant", 17, 68, 6, BOLD),
        ("Point de dépôt", None, 82, 6, BOLD),
        ("Section paiement", 67, 5, 11, BOLD),
        ("Monnaie", 67, 68, 8, BOLD),
        ("Montant", 82, 68, 8, BOLD),
        ("9 980.50", 17, 68 + 9 * 25.4 / 72, 8, REGULAR),
        ("9 980.50", 82, 68 + line, 10, REGULAR),
        ("Compte / Payable à", 118, 5, 8, BOLD),
        ("CH44 3199 9123 0008 8901 2", 118, 5 + line, 10, REGULAR),
        ("Aubert Graphisme Sàrl", 118, 5 + 2 * line, 10, REGULAR),
        ("1003 Lausanne", 118, 5 + 4 * line, 10, REGULAR),
        ("Référence", 118, 5 + 6 * line, 8, BOLD),
        ("21 00000 00003 13947 14300 09017", 118, 5 + 7 * line, 10, REGULAR),
        ("Informations supplémentaires", 118, 5 + 9 * line, 8, BOLD),
        ("2026-311", 118, 5 + 10 * line, 10, REGULAR),
        ("Payable par", 118, 5 + 12 * line, 8, BOLD),
        ("Pasticceria Bernasconi SA", 118, 5 + 13 * line, 10, REGULAR),
    ):
        expected = top + 0.72 * size * 25.4 / 72
        close = [
            word
            for word in words
            if word["text"] == said
            and abs(word["baseline"] - expected) <= 0.5
            and (abs(word["right"] - 57) if x is None else abs(word["x"] - x)) <= 0.5
        ]
        assert [(word["size"], word["font"]) for word in close] == [(size, font)], said


def test_the_code_and_its_cross_stand_in_their_place() -> None:
    page = pypdfium2.PdfDocument(slip("fr-CH"))[1]
    scale = 600 / 25.4  # pixels a millimetre
    sheet = page.render(scale=600 / 72, grayscale=True).to_pil()

    def black(x: float, y: float, width: float, height: float) -> list[float]:
        """Where the black in a part of the slip begins and ends, in mm from its corner."""
        part = sheet.crop([round(n * scale) for n in (x, y, x + width, y + height)])
        found = part.point(lambda shade: 255 * (shade < 128)).getbbox()
        assert found
        return [n / scale for n in found]

    # The code with 5 mm of white around it, at 67, 17.
    assert black(62.5, SLIP_TOP + 12.5, 55, 55) == pytest.approx([4.5, 4.5, 50.5, 50.5], abs=0.1)
    # In the middle of its 46 mm, 7 mm of white and in them the black square of 6 mm.
    middle = 67 + 19.6, SLIP_TOP + 17 + 19.6
    assert black(*middle, 6.8, 6.8) == pytest.approx([0.4, 0.4, 6.4, 6.4], abs=0.1)
    arm = sheet.crop([round(n * scale) for n in (88.2, SLIP_TOP + 39.6, 91.8, SLIP_TOP + 40.4)])
    assert arm.getextrema()[0] > 200  # an arm of the cross, all white


def test_nothing_else_stands_in_the_slip() -> None:
    one, raw = made(*SLIP)
    assert one.payment
    assert one.payment.code
    shown = one.payment.code.slip
    assert shown
    printed = {
        *shown.words.values(),
        *(line for party in (shown.creditor, shown.debtor) if party for line in party),
        *(shown.account, shown.reference, shown.message, shown.currency, shown.amount),
    }
    page, words = page_of(raw)
    assert {word["text"] for word in words} <= {text.replace("\xa0", " ") for text in printed}
    assert {word["font"] for word in words} == {BOLD, REGULAR}
    for drawn in (*page.lines, *page.rects):
        if drawn["bottom"] / MM > SLIP_TOP + 0.1:
            assert drawn["x0"] / MM > 60, drawn  # no fold mark


@pytest.mark.parametrize(
    ("language", "receipt", "part", "separate"),
    [
        ("de", "Empfangsschein", "Zahlteil", "Vor der Einzahlung abzutrennen"),
        ("en", "Receipt", "Payment part", "Separate before paying in"),
        ("fr", "Récépissé", "Section paiement", "A détacher avant le versement"),
        ("it", "Ricevuta", "Sezione pagamento", "Da staccare prima del versamento"),
    ],
)
def test_the_slip_in_four_languages(language: str, receipt: str, part: str, separate: str) -> None:
    _, words = page_of(slip("it-CH", language))
    assert {receipt, part} <= {word["text"] for word in words}
    (above,) = (word for word in words if word["text"] == separate)
    assert -4 < above["baseline"] < 0


@pytest.mark.parametrize(
    ("tag", "language", "said"),
    [
        ("fr-CH", "", "La section paiement et le récépissé figurent à la fin de ce courrier."),
        ("fr-CH", "de", "le récépissé (Zahlteil / Empfangsschein) figurent"),
        ("it-CH", "", "La sezione pagamento con ricevuta si trova in fondo a questa lettera."),
        ("en-GB", "", "The payment part with receipt is at the end of this letter."),
        ("nl-BE", "", "Het betaalgedeelte met ontvangstbewijs (Payment part / Receipt) vindt u"),
    ],
)
def test_the_letter_says_where_the_slip_is(tag: str, language: str, said: str) -> None:
    assert said in text(slip(tag, language))


@pytest.mark.parametrize(
    ("name", "customer", "own", "expected"),
    [
        ("nl-b2b", "10442", "26-0093", "10442"),
        ("nl-b2b", "", "26-0093", "26-0093"),
        ("nl-b2b", "", "", ", ".join(f"2026-{n:04}" for n in range(12))),  # 12 × 9 + 11 × 2 = 130
        ("ch-b2b", "10442", "26-0093", "10442"),
    ],
)
def test_more_numbers_than_a_bank_carries(
    name: str, customer: str, own: str, expected: str
) -> None:
    """The letter, its code and its text ask for the same."""
    case = showcase.facts(name)
    [invoice, *_] = case["invoices"]
    case["invoices"] = [{**invoice, "number": f"2026-{n:04}"} for n in range(45)]
    case["debtor"]["customer"], case["reference"] = customer, own
    due = date.fromisoformat(str(invoice["due"]))
    one = compose(case, stage=1, on=due + timedelta(days=3), language=gallery.LANGUAGES[name][-1])
    raw = pdf.write(one)
    (payload,) = read(raw)
    assert payload.split("\n")[10 if name == "nl-b2b" else 29] == expected
    (pay,) = (block for block in one.blocks if block.name == "pay")
    assert expected in [value for _, value in pay.pairs]
    assert expected in text(raw)


def test_an_open_payer_has_a_box_of_corners() -> None:
    change: dict[str, Any] = {"debtor__address": ["Via Nassa 20", "6900 Lugano"]}
    page, words = page_of(pdf.write(letter("ch-b2b", "fr-CH", **change)))
    assert [w["text"] for w in words].count("Payable par (nom/adresse)") == 2
    boxes = []
    for near, far in ((4, 60), (117, 190)):
        lines = [
            x
            for x in page.lines
            if near < x["x0"] / MM < far and x["top"] / MM > SLIP_TOP + 1 and x["height"] < 50
        ]
        assert len(lines) == 8
        boxes.append(
            (
                round((max(x["x1"] for x in lines) - min(x["x0"] for x in lines)) / MM),
                round((max(x["bottom"] for x in lines) - min(x["top"] for x in lines)) / MM),
            )
        )
    assert boxes == [(52, 20), (65, 25)]


def test_the_longest_texts_stay_in_their_parts() -> None:
    postal = {"street": "n" * 60, "number": "123 bis A", "postcode": "1003", "town": "N" * 35}
    change: dict[str, Any] = {
        **WITH_REFERENCE,
        "creditor__payee": "Wwwwww " * 10,
        "creditor__address": postal,
        "debtor__name": "Wwwwww " * 10,
        "debtor__address": postal,
        "invoices__0__number": "8" * 60,
    }
    one = letter("ch-b2b", "fr-CH", **change)
    assert one.payment
    assert one.payment.code
    raw = pdf.write(one._replace(postal=("A",)))  # such an address has no place in a window
    assert read(raw) == [one.payment.code.payload]
    _, words = page_of(raw)
    for word in words:
        if word["text"] == "A détacher avant le versement":
            continue
        assert word["baseline"] <= 100
        assert word["right"] <= (57.5 if word["x"] < 60 else 205.5)
        if word["x"] < 16 and word["baseline"] < 68 and word["size"] == 8:
            assert word["baseline"] <= 68


def test_letters_beyond_latin_1_are_printed() -> None:
    """A PDF's own Helvetica would leave them out."""
    street, number, postcode, town = ITALIAN.place
    change: dict[str, Any] = {
        "debtor__name": ITALIAN.name,
        "debtor__country": "IT",
        "debtor__number": None,
        "debtor__address": {"street": street, "number": number, "postcode": postcode, "town": town},
        "creditor__payment_code": "true",
    }
    _, words = page_of(pdf.write(letter("ch-b2b", "it-CH", **change)))
    assert [w["text"] for w in words].count(ITALIAN.name) == 2
    assert [w["text"] for w in words].count("IT-22100 Como") == 2
    assert DEBTOR.name not in {w["text"] for w in words}
