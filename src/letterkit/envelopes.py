"""Which part of the sheet an envelope shows: profiles from ``templates/envelopes.yaml``.

>>> profile("fr").address
Box(x=110, y=55, width=80, height=23)
>>> profile("none").address is None
True
"""

from __future__ import annotations

import functools
from typing import Any

from letterkit import data
from letterkit.model import Box, Envelope

NONE = "none"
"""No window: the sender writes on the envelope."""

A4_WIDTH = 210


@functools.cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = data.own_yaml("templates", "envelopes.yaml")
    return found


@functools.cache
def names() -> tuple[str, ...]:
    """The profiles there are, ``none`` last."""
    return (*_file()["profiles"], NONE)


def usual(country: str) -> str:
    """The profile that senders in ``country`` use."""
    name: str = _file()["countries"].get(country, "print-service")
    return name


@functools.cache
def profile(name: str, country: str = "") -> Envelope:
    """The profile ``name``, one of `names`; with ``none``, the side is that of ``country``."""
    if name == NONE:
        return Envelope(NONE, side=profile(usual(country)).side)
    row = _file()["profiles"][name]
    return Envelope(
        name,
        side=row["side"],
        address=Box(**row["address"]),
        shown=_shown(row["window"]) if "window" in row else Box(**row["clear"]),
        bottom=row.get("set") == "bottom",
        folds=tuple(row["folds"]),
        return_line=row.get("return_line", False),
    )


def source(name: str) -> tuple[str, str]:
    """How far the measures of a profile can be trusted (high, medium, low), and where from."""
    row = _file()["profiles"][name]
    return row["trust"], row["source"]


def _shown(window: dict[str, Any]) -> Box:
    """What of the sheet can be seen, wherever it lies in the envelope."""
    width, height = window["size"]
    across, down = width - A4_WIDTH, height - window["sheet"]
    return Box(
        window["x"] - across, window["y"] - down, window["width"] + across, window["height"] + down
    )
