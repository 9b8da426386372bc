"""The only door to files.

The project's own data (`templates/`, `locales/`, `jurisdictions/`,
`examples/`) is opened as package resources and read with the C loader; each is
read once. A user's file is read as text under the size limit, and left to
`document` to understand.
"""

from __future__ import annotations

import functools
import os
import re
import sys
import unicodedata
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 1_000_000
"""The largest case file that is read, in bytes."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@functools.cache
def own_text(folder: str, path: str) -> str | None:
    """One of our own files as text, or None where there is none.

    ``folder`` is templates, locales, jurisdictions or examples. The import
    system's own loader reads it, so that an installed package, a zip and an
    editable checkout all serve (`importlib.resources` would cost more to import
    than a letter costs to write).
    """
    package: Any = import_module(f"letterkit.{folder}")
    try:
        raw: bytes = package.__loader__.get_data(f"{package.__path__[0]}/{path}")
    except OSError:
        return None
    return raw.decode("utf-8")


@functools.cache
def own_path(folder: str, path: str = "") -> str:
    """Where one of our own files or folders lies, for what opens files by itself (Typst)."""
    return f"{import_module(f'letterkit.{folder}').__path__[0]}/{path}"


@functools.cache
def own_yaml(folder: str, path: str) -> Any:
    """One of our own YAML files, or None where there is none."""
    text = own_text(folder, path)
    return None if text is None else as_yaml(text)


def as_yaml(text: str) -> Any:
    """What a YAML text of ours holds; the C loader takes a tenth of the time."""
    return yaml.load(text, Loader=_Loader)


@functools.cache
def example_names() -> tuple[str, ...]:
    """The names of the example cases, sorted: ``be-b2b``, …"""
    from importlib.resources import files

    found = files("letterkit.examples").iterdir()
    return tuple(sorted(f.name[:-5] for f in found if f.name.endswith(".yaml")))


@functools.cache
def messages(language: str) -> dict[str, dict[str, str]]:
    """Message id → {what, mend} in the reader's language (``en``, ``fr``, ``it``, ``nl``)."""
    found: dict[str, dict[str, str]] = own_yaml("locales", f"messages.{language}.yaml")
    return found


def read_bytes(path: str | Path) -> bytes:
    """At most one byte more than `MAX_BYTES` of a user's file; ``-`` is standard input.

    Raises `OSError` when the file cannot be read.
    """
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with open(path, "rb") as file:
        return file.read(MAX_BYTES + 1)


def inside(folder: str, name: str) -> Path | None:
    """The file ``name`` in ``folder`` or below it; None where there is none that can be read.

    Links are followed first, so that none leads out of the folder.
    """
    home = Path(folder).resolve()
    try:
        path = (home / name).resolve(strict=True)
    except OSError:
        return None
    return (
        path if path.is_relative_to(home) and path.is_file() and os.access(path, os.R_OK) else None
    )


def contents(path: Path, most: int = -1) -> bytes:
    """A file that goes with a letter, as it is; at most ``most`` bytes of it."""
    with path.open("rb") as file:
        return file.read(most)


def file_name(name: str) -> str:
    """``name`` as a file may be called on any system: letters without accents, digits, ``.-_``.

    >>> file_name("../Facture n° 12 – Zoë.pdf")
    'Facture-n-12-Zoe.pdf'
    >>> file_name("/")
    'letter'
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9._]+", "-", bare)
    kept = re.sub(r"\.{2,}", ".", kept).strip(".-")
    return kept[-80:].lstrip(".-") or "letter"


def user_text(path: Path) -> str | None:
    """A template of the user's own as text, or None where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def draft_of(path: Path) -> Path:
    """Where what will stand at ``path`` is written first, so that nothing is left half-written."""
    return path.with_name(f".{path.name}.part")


def write_draft(path: Path, raw: bytes) -> None:
    """Write the draft of ``path`` anew: never through a link that somebody put there."""
    draft = draft_of(path)
    draft.unlink(missing_ok=True)
    with open(draft, "xb") as file:
        file.write(raw)
