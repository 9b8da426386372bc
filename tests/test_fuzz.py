"""The kept inputs of the fuzz targets, once more, and where each target begins."""

from __future__ import annotations

import pytest

from tests.fuzz.targets import TARGETS, kept, seeds


@pytest.mark.parametrize("name", TARGETS)
def test_kept_inputs(name: str) -> None:
    inputs = list(kept(name))
    assert inputs
    for raw in inputs:
        TARGETS[name](raw)


@pytest.mark.parametrize("name", TARGETS)
def test_where_a_target_begins(name: str) -> None:
    for raw in seeds(name):
        TARGETS[name](raw)
