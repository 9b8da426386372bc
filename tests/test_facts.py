"""The facts of a letter: what there is nothing of is not worked out, and would come out so."""

from __future__ import annotations

from typing import Any

import pytest

from letterkit import compose, facts, letter, showcase
from letterkit.errors import LetterkitError
from letterkit.facts import Facts, Situation
from tests import gallery


def test_a_fact_left_unsaid_is_empty_or_false(monkeypatch: pytest.MonkeyPatch) -> None:
    """In every golden letter, each fact that is not worked out would be the same if it were."""
    unsaid: set[str] = set()

    class Worked(Facts):
        def __init__(self, situation: Situation, *spoken: Any) -> None:
            super().__init__(situation, *spoken)
            known = dict(self)
            self.clear()
            assert {name: self[name] for name in known} == known
            unsaid.update(known)

    monkeypatch.setattr(letter, "Facts", Worked)
    bare, on = showcase.situation("water-bottles", "1")
    bare = bare._replace(next_step=None, plan=None, suspension=None, contacts=())
    compose(bare, stage=1, on=on, language="en-GB")
    for cell in gallery.cells():
        try:
            gallery.letter(*cell)
        except LetterkitError:
            continue  # refused: there is no letter
    named = {name for names in facts.UNSAID.values() for name in names.split()}
    assert unsaid == named
    assert named <= facts.VALUES.keys() | facts.FLAGS.keys()
