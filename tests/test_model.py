"""The one rounding rule, and the sender's words in a language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from letterkit.model import Text, cents


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.004999", "0.00"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),
        ("-0.005", "-0.01"),
        ("1", "1.00"),
        ("12345678901234567890123456789.125", "12345678901234567890123456789.13"),
    ],
)
def test_half_a_cent_goes_up_whatever_the_size(exact: str, rounded: str) -> None:
    assert str(cents(Decimal(exact))) == rounded


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (Text("one", {"nl": "één"}), "één"),
        (Text("one", {"fr": "un"}), "one"),
        (Text("", {"fr": "un", "it": "uno"}), "un"),
        (Text("", {}), ""),
    ],
)
def test_words_in_a_language_else_in_any(text: Text, said: str) -> None:
    assert text.in_language("nl") == said
