"""Rates of the user's own: what a file may say, and what its rates do to a letter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from letterkit import compose, law, rate_file
from letterkit.claims import OwnRates
from letterkit.errors import Finding, InputError, Refused
from letterkit.rates import Rate
from tests.test_law import situation

pytestmark = pytest.mark.usefixtures("in_2026")

GOOD = {
    "law": "FR",
    "series": "commercial",
    "until": "2027-06-30",
    "source": "Journal officiel, 30 December 2026",
    "rates": [{"since": "2027-01-01", "rate": "12.65"}],
}
ON = date(2027, 1, 15)


def findings(given: Any) -> list[Finding]:
    with pytest.raises(InputError) as raised:
        rate_file.read(given)
    return list(raised.value.findings)


def test_what_it_reads() -> None:
    wanted = OwnRates(
        "FR",
        "commercial",
        (Rate(date(2027, 1, 1), Decimal("12.65"), "Journal officiel, 30 December 2026"),),
        date(2027, 6, 30),
    )
    assert (wanted,) == rate_file.read(GOOD) == rate_file.read([GOOD]) == rate_file.read(wanted)
    assert rate_file.read(()) == ()


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text(
        "law: FR\nseries: commercial\nuntil: 2027-06-30\nsource: JO\n"
        "rates: [{since: 2027-01-01, rate: '12,65'}]\n",
        encoding="utf-8",
    )
    (own,) = rate_file.read(str(path))
    assert own == rate_file.read([path])[0]
    assert [str(rate.percent) for rate in own.rates] == ["12.65"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"source": None}, ("missing", "source")),
        ({"law": None}, ("missing", "law")),
        ({"series": None}, ("missing", "series")),
        ({"until": None}, ("missing", "until")),
        ({"rates": None}, ("missing", "rates")),
        ({"rates": []}, ("missing", "rates")),
        ({"rates": "12.65"}, ("want_list", "rates")),
        ({"law": "DE"}, ("law_unknown", "law")),
        ({"series": "official"}, ("choice", "series")),
        ({"law": "CH"}, ("choice", "series")),
        ({"until": "30.6.2027"}, ("date_form", "until")),
        ({"rates": [{"since": "2027-01-01", "rate": "12.65 %"}]}, ("rate_form", "rates[0].rate")),
        ({"rates": [{"since": "2027-01-01", "rate": "0"}]}, ("rate_range", "rates[0].rate")),
        ({"rates": [{"since": "2027-01-01"}]}, ("missing", "rates[0].rate")),
        ({"rate": "12.65"}, ("key_elsewhere", "rate")),
        ({"until": "2026-12-31"}, ("rates_until", "until")),
        # The rates of 2026 are known; a rate of one's own leaves no day between.
        ({"rates": [{"since": "2026-07-01", "rate": "99"}]}, ("rate_differs", "rates[0].rate")),
        ({"rates": [{"since": "2027-01-02", "rate": "12.65"}]}, ("rates_gap", "until")),
        ({"rates": [{"since": "2026-07-01", "rate": "12.40"}]}, ("rates_gap", "until")),
        (
            {"rates": [{"since": "2027-01-01", "rate": "1"}, {"since": "2027-01-01", "rate": "2"}]},
            ("rate_twice", "rates[1].since"),
        ),
    ],
)
def test_what_is_wrong(change: dict[str, Any], expected: tuple[str, str]) -> None:
    given = {key: value for key, value in (GOOD | change).items() if value is not None}
    found = findings(given)
    assert expected in [(finding.id, finding.path) for finding in found]
    for language in ("en", "fr", "it", "nl"):
        assert "\n" in found[0].explain(language), "says what to write instead"


def test_each_fault_is_told_once() -> None:
    """What could not be read is not missing as well."""
    (found,) = findings(GOOD | {"rates": "12.65"})
    assert (found.id, found.path, found.seen) == ("want_list", "rates", "12.65")
    twice = [{"since": "2027-01-01", "rate": "12.65"}, {"since": "2027-01-01", "rate": "12.65 %"}]
    (found,) = findings(GOOD | {"rates": twice})
    assert (found.id, found.path) == ("rate_form", "rates[1].rate")


def test_what_a_rate_must_agree_with() -> None:
    """The message says what is known, from which day, and where from."""
    (found, _) = findings(GOOD | {"rates": [{"since": "2026-07-01", "rate": "99"}]})
    assert found.values["known"] == "12.40"
    assert found.values["source"].startswith("ECB rate of 1 July 2026")
    (found,) = findings(GOOD | {"rates": [{"since": "2027-01-02", "rate": "12.65"}]})
    assert found.values.items() >= {"from": "2027-01-01", "last": "2026-12-31"}.items()
    (found,) = findings(GOOD | {"until": "2026-12-31"})
    assert found.values["since"] == "2027-01-01"


def test_what_ends_with_what_is_known_leaves_no_gap() -> None:
    """A file may repeat the rate of the last half-year."""
    known = {"until": "2026-12-31", "rates": [{"since": "2026-07-01", "rate": "12.40"}]}
    (own,) = rate_file.read(GOOD | known)
    assert own.until == date(2026, 12, 31)


def test_a_source_is_one_line_of_two_hundred_characters() -> None:
    (own,) = rate_file.read(GOOD | {"source": "x" * 200})
    assert own.rates[0].source == "x" * 200
    (found,) = findings(GOOD | {"source": "x" * 201})
    assert found.path == "source"


def test_a_rate_may_be_known_for_one_day() -> None:
    (own,) = rate_file.read(GOOD | {"until": "2027-01-01"})
    assert (own.rates[0].since, own.until) == (date(2027, 1, 1), date(2027, 1, 1))


def test_a_message_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text("law: FR\nseries: commercial\nuntil: soon\nsource: JO\n", encoding="utf-8")
    found = [(f.id, f.path, f.line, f.file) for f in findings(path)]
    assert found == [
        ("missing", "rates", 1, str(path)),
        ("date_form", "until", 3, str(path)),
    ]


@pytest.mark.parametrize("source", [b"", b"# nothing\n", b"- a list\n", b"a word\n"])
def test_no_fields_at_all(source: bytes) -> None:
    assert [f.id for f in findings(source)] == ["rates_form"]


def test_one_file_continues_the_other() -> None:
    second = GOOD | {"until": "2027-12-31", "rates": [{"since": "2027-07-01", "rate": "12.90"}]}
    assert len(rate_file.read([GOOD, second])) == 2
    assert [f.id for f in findings(second)] == ["rates_gap"]


def test_an_older_rate() -> None:
    older = GOOD | {"until": "2012-12-31", "rates": [{"since": "2012-07-01", "rate": "10.75"}]}
    (own,) = rate_file.read(older)
    case = situation(
        {
            "invoices": [
                {
                    "number": "A",
                    "issued": "2012-10-01",
                    "due": "2012-11-30",
                    "amount": "365.00",
                    "currency": "EUR",
                }
            ],
            "contacts": [],
        }
    )
    (item,) = law.claim(case, date(2013, 1, 10), rates=[own]).items
    first = item.segments[0]
    # 365.00 at 10.75 %: 0.1075 a day, 31 days of December 2012.
    assert (first.first, first.days, str(first.amount)) == (date(2012, 12, 1), 31, "3.33")


def test_the_letter_takes_it_and_names_its_source() -> None:
    with pytest.raises(Refused) as raised:
        compose(situation(), stage=3, on=ON)
    (unknown,) = raised.value.findings
    assert (unknown.id, unknown.seen) == ("rate_unknown", "2027-01-01")
    assert unknown.values["last"] == "2026-12-31"
    assert "--rates" in unknown.explain("en")
    made = compose(situation(), stage=3, on=ON, rates=GOOD)
    assert made.claim is not None
    last = made.claim.items[0].segments[-1]
    assert (last.first, last.days, str(last.rate)) == (date(2027, 1, 1), 15, "12.65")
    assert last.source == "Journal officiel, 30 December 2026"
    # 250.00 at 12.65 % for 15 days: 1.2996…
    assert str(last.amount) == "1.30"


def test_what_the_message_says_mends_it() -> None:
    """The lines of the message, filled in, are a file that is read."""
    with pytest.raises(Refused) as raised:
        compose(situation(), stage=3, on=ON)
    said = raised.value.findings[0].explain("en")
    lines = said[said.index("law: FR") :].replace("rate: …", "rate: 12.65").split("\n")
    text = "\n".join(line.removeprefix("  ") for line in lines)
    text = text.replace("until: …", "until: 2027-06-30").replace("source: …", "source: JO")
    (own,) = rate_file.read(text.encode())
    assert compose(situation(), stage=3, on=ON, rates=own)
