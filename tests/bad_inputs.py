"""The bad inputs that stand as data: ``bad_cases.yaml``, and ``bombs.yaml`` of too much."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
TABLE = yaml.safe_load((_HERE / "bad_cases.yaml").read_text(encoding="utf-8"))
BOMBS = yaml.safe_load((_HERE / "bombs.yaml").read_text(encoding="utf-8"))
GOOD: str = TABLE["good"]


def change(old: str, new: str) -> bytes:
    """The good case with one text replaced by another."""
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new).encode()


def source(entry: dict[str, Any]) -> bytes:
    """The file of an entry of ``bad_cases.yaml``."""
    if "yaml" in entry:
        return str(entry["yaml"]).encode()
    if "base64" in entry:
        return base64.b64decode(entry["base64"])
    if "add" in entry:
        return f"{GOOD}{entry['add']}\n".encode()
    return change(*entry["change"]).replace(*(text.encode() for text in entry.get("also", "  ")))


def bomb(entry: dict[str, Any]) -> bytes:
    """The file of an entry of ``bombs.yaml``."""
    if "yaml" in entry:
        return str(entry["yaml"]).encode()
    if "levels" in entry:
        return "".join(" " * level + "a:\n" for level in range(entry["levels"])).encode()
    if "keys" in entry:
        return "".join(f"k{n}: 1\n" for n in range(entry["keys"])).encode()
    if "raw" in entry:
        return base64.b64decode(entry["raw"]) * int(entry["times"])
    text: str = entry.get("before", "") + entry["repeat"] * entry["times"] + entry.get("after", "")
    if "change" in entry:
        return GOOD.replace(entry["change"], text, 1).encode()
    return (GOOD * bool(entry.get("good")) + text).encode()
