"""The built site, and how the tests build and address it."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.conftest import ROOT

PATHS = {"en": "", "fr": "fr/", "it": "it/", "nl": "nl/"}
PUBLIC = "https://letterkit.example/"
"""Where search engines are told that the site stands."""


def address(source: Path) -> str:
    """Where a page stands below its language's root: ``letters/1-reminder/``."""
    folder = source.parent if source.stem == "index" else source.with_suffix("")
    return f"{folder.as_posix()}/".removeprefix("./")


def mkdocs(*arguments: str, cwd: Path = ROOT, **environment: str) -> list[Any]:
    """The arguments and the environment of one mkdocs command."""
    return [
        [sys.executable, "-m", "mkdocs", *arguments],
        {"cwd": cwd, "env": {**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment}},
    ]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing; a reader who has gone is no error."""

    def log_message(self, format: str, *args: Any) -> None: ...

    def copyfile(self, source: Any, outputfile: Any) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            super().copyfile(source, outputfile)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which this machine serves the folder."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Site:
    """The built site and a browser to read it with."""

    def __init__(self, folder: Path, root: str, browser: Browser) -> None:
        self.folder, self.root, self.browser = folder, root, browser

    def url(self, language: str, source: Path) -> str:
        return f"{self.root}{PATHS[language]}{address(source)}"

    @staticmethod
    def public(language: str, source: Path) -> str:
        """What search engines are told instead of the address on this machine."""
        return f"{PUBLIC}{PATHS[language]}{address(source)}"
