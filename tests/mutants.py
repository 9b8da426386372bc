"""Mutation testing of the law: what no test notices when a line of it is changed.

    python -m tests.mutants                      every mutant of every module
    python -m tests.mutants --every 6            every sixth of each, by the hash of its name
    python -m tests.mutants law jurisdiction     all of some modules
    python -m tests.mutants letterkit.law.x_draft__mutmut_4      one

mutmut makes the mutants; here the tests are collected once, and each mutant is tried in a fork of
that process by the tests that reach its function, first those that noticed one like it. Works on
a copy of the tracked files. Prints what no test noticed as a difference, then the counts; what
never ends is stopped and counts as noticed. How it is read, and the last figures:
docs/decisions/mutants.md.
"""

from __future__ import annotations

import argparse
import difflib
import gc
import hashlib
import importlib
import inspect
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

MODULES = (
    "claims",
    "interest",
    "jurisdiction",
    "law",
    "legality",
    "model",
    "rate_file",
    "rates",
    "schedule",
    "statement",
    "stops",
)
TESTS = (
    "interest",
    "claims",
    "law",
    "schedule",
    "second_calculation",
    "rate_file",
    "statement",
    "letters",
    "model",
    "next",
)
# Left out: tests that read the source itself, those that run all the rows sixty times, and those
# that look at the same letters or claims as another does.
LEFT_OUT = (
    "idle",
    "refuses_everything",
    "every_id",
    "blank_letters",
    "short_texts",
    "no_leftovers",
    "length",
    "never_falls",
    "reach_everything",
)
DATA = ("templates", "locales", "jurisdictions", "examples")
SOURCES = Path("src/letterkit")
NOBODY, ENDLESS = -1, -2


def main() -> None:
    """Copy, mutate, and try in the copy."""
    parser = argparse.ArgumentParser(prog="tests.mutants", description=__doc__.split("\n")[0])
    parser.add_argument("chosen", nargs="*", default=MODULES, metavar="MODULE|MUTANT")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="one mutant in N")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="mutants at a time")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy(
            Path(folder),
            sorted({name.split(".")[1] if "." in name else name for name in told.chosen}),
        )
        here = [sys.executable, "-c", "from tests.mutants import trial; trial()"]
        sys.exit(
            subprocess.run(
                [*here, str(told.every), str(told.workers), *told.chosen],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": str(Path(folder, "src"))},
            ).returncode
        )


def copy(folder: Path, modules: Sequence[str]) -> None:
    """The tracked files in ``folder``, with every mutant of ``modules`` beside its function."""
    from mutmut.__main__ import write_all_mutants_to_file

    tracked = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True)
    for name in filter(None, tracked.stdout.split("\0")):
        if Path(name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(name, folder / name)
    for name in DATA:
        (folder / SOURCES / name).symlink_to(folder / name)
    for module in modules:
        file = SOURCES / f"{module}.py"
        mutated = io.StringIO()
        write_all_mutants_to_file(out=mutated, source=file.read_text("utf-8"), filename=file)
        (folder / file).write_text(mutated.getvalue(), encoding="utf-8")


def trial() -> None:
    """In the copy: the tests once as they are, then each mutant."""
    every, workers, *chosen = sys.argv[1:]
    tests = [f"tests/test_{name}.py" for name in TESTS]
    tried = Trial(chosen, int(every), int(workers))
    quiet = ["-q", "-p", "no:cacheprovider", "--no-summary", "-k", f"not ({' or '.join(LEFT_OUT)})"]
    sys.exit(pytest.main([*quiet, *tests], plugins=[tried]))


class Trial:
    """A pytest plugin: its loop runs over mutants, not over tests."""

    def __init__(self, chosen: Sequence[str], every: int, workers: int) -> None:
        self.chosen, self.every, self.workers = chosen, every, workers
        self.reached: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.caught: Counter[tuple[str, int]] = Counter()
        self.cached = [thing for module in MODULES for thing in caches(module)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """A mutant meets no result of the original, and each test reaches what it needs."""
        for function in self.cached:
            function.cache_clear()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be collected")
        self.watch(session.items)
        gc.freeze()  # what is shared with the forks stays shared
        left: Counter[str] = Counter()
        tried: Counter[str] = Counter()
        for name, noticed in self.results(session.items):
            module = name.split(".")[1]
            tried[module] += 1
            print(f"\r{tried.total()}", end="", file=sys.stderr, flush=True)
            if not noticed:
                left[module] += 1
                print("".join(difference(name)), flush=True)
        for module, total in tried.items():
            killed = total - left[module]
            print(f"{module:14}{killed:5} of {total:5} noticed  {killed / total:6.1%}")
        killed, total = tried.total() - left.total(), tried.total()
        print(f"{'in all':14}{killed:5} of {total:5} noticed  {killed / total:6.1%}", flush=True)
        return True

    def watch(self, items: Sequence[pytest.Item]) -> None:
        """Run the tests once as they are, and note what each one reaches."""
        from mutmut.mutation.trampoline import set_mutant_under_test
        from mutmut.state import state

        set_mutant_under_test("stats")
        for n, item in enumerate(items):
            state()._stats.clear()
            began = time.process_time()
            if not passes(item):
                raise SystemExit(f"{item.nodeid} fails as it is")
            for function in state()._stats:
                self.reached[function].append((n, time.process_time() - began))
        set_mutant_under_test("")
        print(f"{len(items)} tests, {time.process_time():.0f} s", file=sys.stderr, flush=True)

    def results(self, items: Sequence[pytest.Item]) -> Iterator[tuple[str, bool]]:
        """Each mutant's name, and whether a test noticed it."""
        names = [name for one in self.chosen for name in sample(one, self.every)]
        running: dict[int, tuple[str, int]] = {}
        while names or running:
            while names and len(running) < self.workers:
                name = names.pop(0)
                told, tell = os.pipe()
                child = os.fork()
                if not child:
                    os.write(tell, b"%d" % self.noticed_by(name, items))
                    os._exit(0)
                os.close(tell)
                running[child] = name, told
            child, _ = os.wait()
            name, told = running.pop(child)
            by = int(os.read(told, 9) or ENDLESS)
            os.close(told)
            function = function_of(name)
            self.caught.update([(function, by), (function.rpartition(".")[0], by)])
            yield name, by != NOBODY

    def noticed_by(self, name: str, items: Sequence[pytest.Item]) -> int:
        """The number of the test that fails, or `NOBODY`; the system stops what never ends."""
        from mutmut.mutation.trampoline import set_mutant_under_test

        function = function_of(name)
        module = function.rpartition(".")[0]
        tests = self.reached[function]
        limit = int(10 + 5 * sum(seconds for _, seconds in tests))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        set_mutant_under_test(name)
        caught = self.caught
        tests.sort(key=lambda test: (-caught[function, test[0]], -caught[module, test[0]], test[1]))
        return next((n for n, _ in tests if not passes(items[n])), NOBODY)


def function_of(name: str) -> str:
    return name.partition("__mutmut_")[0]


def passes(item: pytest.Item) -> bool:
    return not any(r.failed for r in runtestprotocol(item, log=False, nextitem=None))


def caches(module: str) -> list[Any]:
    """What keeps results of ``module`` from one test to the next."""
    there = vars(importlib.import_module(f"letterkit.{module}")).values()
    return [thing for thing in there if hasattr(thing, "cache_clear")]


def sample(module: str, every: int) -> list[str]:
    """One in ``every`` of the module's mutants, by the hash of their names; or the one named."""
    if "." in module:
        known = sample(module.split(".")[1], 1)
        return [module] if module in known else sys.exit(f"there is no mutant {module}")
    there = vars(importlib.import_module(f"letterkit.{module}"))
    names = [f"letterkit.{module}.{name}" for name in _mutants(there)]
    names.sort(key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return names[: -(-len(names) // every)]


def _mutants(there: dict[str, Any]) -> Iterator[str]:
    for thing in there.values():
        if isinstance(thing, dict) and "_mutmut_orig" in thing:
            yield from (mutant for mutant in thing if mutant != "_mutmut_orig")


def difference(name: str) -> Iterator[str]:
    """The mutant beside the original."""
    module, _, mutant = name.rpartition(".")
    there = vars(importlib.import_module(module)).values()
    family: dict[str, Callable[..., Any]] = next(
        t for t in there if isinstance(t, dict) and mutant in t
    )
    before, after = (
        inspect.getsource(function).replace(function.__name__, mutant).splitlines(keepends=True)
        for function in (family["_mutmut_orig"], family[mutant])
    )
    yield f"--- {name}\n"
    yield from (x for x in list(difflib.unified_diff(before, after, n=1))[3:])


if __name__ == "__main__":
    main()
