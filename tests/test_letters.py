"""Golden letters: every example, in its own languages, at every stage.

``pytest --update`` writes them anew; each is read before it is committed.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from letterkit import compose, render, showcase, wording
from letterkit.data import example_names
from letterkit.errors import Refused
from letterkit.letter import compose_blank
from letterkit.model import LAWS, LOCALES, NAMED, STAGES
from letterkit.typography import gsm7_length
from tests import gallery
from tests.conftest import ROOT

CELLS = list(gallery.cells())


@pytest.mark.parametrize(("name", "tag", "stage"), CELLS)
def test_golden(name: str, tag: str, stage: str, update: bool) -> None:
    golden = gallery.path(name, tag, stage)
    text = gallery.rendered(name, tag, stage)
    if update:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


def test_every_example_is_golden_and_no_golden_is_left_over() -> None:
    assert sorted(gallery.LANGUAGES) == list(example_names())
    wanted = {gallery.path(*cell) for cell in CELLS}
    assert wanted == set(gallery.GOLDEN.rglob("*.txt"))


LEFTOVER = re.compile(r"\{\{|\}\}|\{%|\bNone\b|\bnan\b|  |[ \u00a0][,.]|\(\)|,,|\u202f|'")


@pytest.mark.parametrize(("name", "tag", "stage"), CELLS)
def test_no_leftovers(name: str, tag: str, stage: str) -> None:
    text = gallery.rendered(name, tag, stage)
    assert LEFTOVER.findall(text) == []


SMS: dict[str, tuple[str, ...]] = dict.fromkeys(NAMED, ("sms", "sms_compact"))
"""Letter → the text messages it has; the four stages have all."""


@pytest.mark.parametrize(("name", "tag", "stage"), CELLS)
def test_short_texts(name: str, tag: str, stage: str) -> None:
    """One part of GSM-7 each, nothing about the debt from stage 3 on; a subject of one line."""
    if gallery.rendered(name, tag, stage).startswith("Refused"):
        return
    letter = gallery.letter(name, tag, stage)
    assert SMS.get(stage, wording.SMS_BLOCKS) == tuple(
        kind for kind in wording.SMS_BLOCKS if kind in letter.short
    )
    for kind in SMS.get(stage, wording.SMS_BLOCKS):
        text = letter.short[kind]
        assert 0 < (gsm7_length(text) or 0) <= 160, text
        if stage in ("3", "4", "call", "dispute", "plan", "thanks", "claim"):
            assert not re.search("EUR|CHF|£|€", text), text
    assert 0 < len(letter.short["email_subject"]) <= 60
    assert letter.short["email_salutation"]
    assert letter.short["email_closing"]


def test_every_letter_is_shown_in_every_language_to_both_kinds() -> None:
    shown = {(letter, tag[:2]) for _, tag, letter in CELLS}
    assert shown >= {(letter, tag[:2]) for letter in NAMED for tag in LOCALES}
    assert {tag for _, tag, letter in CELLS if letter in NAMED} >= {*LOCALES}
    to_whom = {
        (stage, gallery.letter(name, tag, stage).kind)
        for name, tag, stage in CELLS
        if stage in NAMED
    }
    assert to_whom == {(letter, kind) for letter in NAMED for kind in ("business", "consumer")}


WORDS = {"claim": range(200, 421)}
"""Words of a letter from its salutation to its closing, lists apart; of most, 60 to 200."""


@pytest.mark.parametrize(("name", "tag", "stage"), [c for c in CELLS if c[2] in NAMED])
def test_length(name: str, tag: str, stage: str) -> None:
    blocks = gallery.letter(name, tag, stage).blocks
    around = ("place_date", "channel", "references", "subject", "acceptance", "enclosures")
    said = [text for block in blocks if block.name not in around for text in block.paragraphs]
    assert len(" ".join(said).split(" ")) in WORDS.get(stage, range(60, 201))


@pytest.mark.parametrize("tag", LOCALES)
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("kind", ["business", "consumer"])
def test_blank_letters(tag: str, law: str, kind: str) -> None:
    for stage in (*STAGES, *NAMED):
        if stage == "claim" and law != "GB":
            continue  # see test_no_blank_letter_of_claim_elsewhere
        text = render(None, stage=stage, language=tag, law=law, kind=kind, blank=True)
        assert isinstance(text, str)
        assert re.findall(r"\{|\}|\bNone\b|  |\u202f", text) == []
        text = text.replace("580/2012", "").replace("580 of 2012", "")  # the Irish regulations
        text = re.sub(r"Regulations 2012|regolamenti del 2012", "", text)
        assert not re.search(r"\b20\d\d\b|\d[.,]\d\d\b", text), "a blank letter holds no value"


def test_a_letter_of_claim_lists_what_it_encloses() -> None:
    """Debt protocol 3.1(b) to (d): in any case, and no document twice."""
    letter = gallery.letter("gb-sole-trader", "en-GB", "claim")
    forms = ["statement", "information_sheet", "reply_form", "financial_statement"]
    assert [enclosed.code for enclosed in letter.enclosures] == ["invoice", *forms]
    assert [f.values["days"] for f in letter.warnings if f.id == "claim_forms"] == ["30"]
    assert "3 Hill View" in letter.recipient
    blank = compose_blank(stage="claim", language="en", law="GB", kind="consumer")
    assert len(blank.blocks[-1].items) == len(forms)


REMINDED = """
contacts:
  - {date: 2026-11-02, channel: post, stage: 1, deadline: 2026-11-16}
  - {date: 2026-12-02, channel: registered+post, stage: 3, deadline: 2026-12-21}
"""


@pytest.mark.parametrize(
    ("reminded", "asked"),
    [
        # The fourteen-day letter is the first: what is owed besides the invoice is 15 % of it.
        (False, "is €448.44: €389.95 on invoice"),
        # A first reminder had put him in default: 0.68 of interest for sixteen days is in it too.
        (True, "is €449.12: €389.95 on invoice"),
    ],
)
def test_a_dutch_consumers_costs_are_named_beside_other_sums_or_alone(
    reminded: bool, asked: str
) -> None:
    case = (ROOT / "examples/nl-b2c.yaml").read_text(encoding="utf-8")
    if reminded:
        case = re.sub(r"^contacts:.*\n(  - .*\n)+", REMINDED, case, flags=re.MULTILINE)
    text = render(case.encode(), stage=4, on=date(2026, 12, 28), language="en-GB")
    assert asked in text
    assert ("the further sums set out in our final demand" in text) == reminded
    assert ("includes the collection costs of €58.49 named there" in text) == reminded
    assert ("and the collection costs of €58.49 named in our final demand" in text) != reminded


@pytest.mark.parametrize("law", [law for law in LAWS if law != "GB"])
def test_no_blank_letter_of_claim_elsewhere(law: str) -> None:
    with pytest.raises(Refused) as refused:
        compose_blank(stage="claim", language="en", law=law)
    assert [f.id for f in refused.value.findings] == ["claim_unknown_here"]


def test_same_input_same_bytes() -> None:
    first = compose("examples/be-b2b.yaml", stage=2, on=date(2026, 11, 16))
    again = compose("examples/be-b2b.yaml", stage=2, on=date(2026, 11, 16))
    assert first == again


SENT = [
    {"date": "2026-12-03", "channel": "post", "stage": "3", "deadline": "2026-12-18"},
    {"date": "2026-12-22", "channel": "post", "stage": "claim"},
]


@pytest.mark.parametrize("language", ["en-GB", "fr-FR", "it-IT", "nl-NL"])
def test_the_notice_of_court_proceedings_lists_the_letter_of_claim(language: str) -> None:
    case = showcase.facts("gb-sole-trader") | {
        "contacts": SENT,
        "next_step": {"kind": "court", "name": "the County Court", "since": "2027-01-22"},
    }
    text = render(case, stage="4", on=date(2027, 1, 22), language=language)
    (line,) = (line for line in str(text).splitlines() if line.startswith("- 22"))
    assert "Letter of Claim" in line


@pytest.mark.parametrize(
    ("invoices", "enclosed", "said"),
    [
        (1, ["invoice"], "Bijlage: kopie van de factuur"),
        (2, ["invoice"], "Bijlagen: kopieën van de facturen"),
        (1, ["letters"], "Bijlagen: kopieën van onze eerdere brieven"),
        (2, ["contract"], "Bijlage: kopie van de overeenkomst"),
    ],
)
def test_copies_are_headed_in_the_plural(invoices: int, enclosed: list[str], said: str) -> None:
    case = showcase.facts("nl-b2b")
    one = case["invoices"][0]
    case["invoices"] = [{**one, "number": f"2026-{n}"} for n in range(invoices)]
    case["enclosures"] = enclosed
    letter = compose(case, stage=1, on=date(2026, 11, 9), language="nl-NL")
    (block,) = (block for block in letter.blocks if block.name == "enclosures")
    assert block.paragraphs == (said,)
