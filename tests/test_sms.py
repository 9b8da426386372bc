"""Text messages: one part of GSM-7 with the longest values there are, and nothing of the debt
from the final demand on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from letterkit import compose, render
from letterkit.errors import InputError, Refused
from letterkit.letter import compose_blank
from letterkit.model import LOCALES, NAMED, STAGES
from letterkit.typography import gsm7, gsm7_length
from letterkit.wording import SMS_BLOCKS
from letterkit.writers import sms
from tests import gallery
from tests.test_hostile import DAYS, planted

LONG = {
    "creditor.name": "Établissements Lefèvre-Dubruille",  # 32
    "creditor.phone": "+352 26 55 00 12 34",
    "creditor.contact.phone": "+352 26 55 00 12 34",
    "creditor.hours": "",
    "reference": "DOS-2026-004412",
    "invoices.0.number": "FAC-2026-00412",
    "invoices.0.amount": "1234567.89",
}
"""The longest values that are usual: 32, 19, 15, 14 characters, and seven figures."""

LANGUAGE = re.compile("EUR|CHF|GBP|[£€]|[0-9]{4,}[.,][0-9]{2}")


def long_case(stage: int | str, **more: str) -> dict[str, Any]:
    case = planted("creditor.name", LONG["creditor.name"], stage)
    for field, value in {**LONG, **more}.items():
        place: Any = case
        *way, last = field.split(".")
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[last] = value
    if stage == "thanks":
        case["invoices"][0]["payments"] = [{"date": "2026-11-23", "amount": "1234557.89"}]
    return case


def several(case: dict[str, Any]) -> dict[str, Any]:
    first = case["invoices"][0]
    case["invoices"] = [{**first, "number": f"FAC-2026-0041{n}"} for n in range(4)]
    return case


@pytest.mark.parametrize("stage", [*STAGES, *NAMED])
@pytest.mark.parametrize("tag", LOCALES)
def test_one_part_with_the_longest_values(tag: str, stage: int | str) -> None:
    for case in (long_case(stage), several(long_case(stage))):
        for channel in ("post", "email"):
            case["send"] = channel
            made = compose(case, stage=stage, on=DAYS[stage], language=tag, allow=ALLOW)
            for kind in [name for name in SMS_BLOCKS if name in made.short]:
                text = made.short[kind]
                septets = gsm7_length(text)
                assert septets is not None, text
                assert septets <= 160, (kind, septets, text)
                assert LONG["creditor.name"] in text
                if stage not in (1, 2, "courtesy"):
                    assert not LANGUAGE.search(text), text
            assert sms.write(made).decode() == made.short["sms"] + "\n"


ALLOW = ("mandate_before_deadline", "claim_by_email")
DEBT = {
    "fr": "pay|règl|facture|dette|demeure|échu|euro|recouvr|huissier|impay",
    "nl": "betaal|betal|factu|schuld|aanmaning|gebreke|incasso|deurwaarder",
    "it": "pag|fattur|debit|diffida|sold|recuper|scadut",
    "en": "pay|invoice|debt|owe|due|demand|collect|court|overdue",
}


@pytest.mark.parametrize("stage", [3, 4])
@pytest.mark.parametrize("tag", LOCALES)
def test_nothing_of_the_debt_from_the_final_demand_on(tag: str, stage: int) -> None:
    made = compose(long_case(stage), stage=stage, on=DAYS[stage], language=tag, allow=ALLOW)
    for kind in SMS_BLOCKS:
        text = made.short[kind].replace(LONG["invoices.0.number"], "")
        assert not re.search(DEBT[tag[:2]], text, re.IGNORECASE), text
    discreet = compose(long_case(1), stage=1, on=DAYS[1], language=tag).short["sms_discreet"]
    assert not re.search(DEBT[tag[:2]], discreet.replace("FAC-2026-00412", ""), re.IGNORECASE)


@pytest.mark.parametrize("tag", LOCALES)
def test_discreet_where_others_may_read_it(tag: str) -> None:
    case = long_case(1)
    open_ = compose(case, stage=1, on=DAYS[1], language=tag).short
    case["debtor"]["shared_phone"] = "true"
    shared = compose(case, stage=1, on=DAYS[1], language=tag).short
    assert shared["sms"] in (open_["sms_discreet"], open_["sms_compact"])
    assert shared["sms"] == open_["sms_discreet"]


@pytest.mark.parametrize("tag", ["fr-BE", "nl-BE"])
def test_never_a_belgian_consumers_first_reminder(tag: str) -> None:
    first = gallery.letter("be-b2c", tag, "1")
    with pytest.raises(Refused) as refused:
        sms.write(first)
    (finding,) = refused.value.findings
    assert finding.id == "sms_legal_notice"
    assert "XIX.2" in finding.article[tag[:2]]
    assert sms.write(gallery.letter("be-b2c", tag, "2"))
    assert sms.write(gallery.letter("be-b2b", tag, "1"))


def test_the_letter_to_fill_in_has_none() -> None:
    with pytest.raises(InputError) as wrong:
        sms.write(compose_blank(stage="1", language="en", law="GB"))
    assert [f.id for f in wrong.value.findings] == ["blank_not_sent"]


def test_accents_that_gsm7_lacks_are_left_off() -> None:
    text = render(
        long_case(1, **{"creditor.name": "Françoise Škoda"}), stage=1, on=DAYS[1], format="sms"
    )
    assert isinstance(text, str)
    assert text.startswith("Francoise Skoda: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Œuvre où «l’on» paie…", 'OEuvre où "l\'on" paie...'),
        ("Łódź", "Lodz"),
        ("株", "株"),
        ("5 €", "5 €"),
    ],
)
def test_gsm7(text: str, expected: str) -> None:
    assert gsm7(text) == expected


def test_what_does_not_fit_is_an_error() -> None:
    for name, id in (("株式会社", "sms_alphabet"), ("X" * 120, "sms_too_long")):
        with pytest.raises(InputError) as wrong:
            render(long_case(1, **{"creditor.name": name}), stage=1, on=DAYS[1], format="sms")
        assert [f.id for f in wrong.value.findings] == [id]


def test_every_letter_has_one() -> None:
    assert {*map(str, STAGES), *NAMED} == {cell[2] for cell in gallery.cells()}
    for cell in gallery.cells():
        if "Refused" in gallery.path(*cell).read_text("utf-8")[:8]:
            continue
        made = gallery.letter(*cell)
        if made.no_sms is None:
            text = sms.write(made).decode()
            assert text.count("\n") == 1
