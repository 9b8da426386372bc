"""The direction of the imports: kept as it stands, and a planted violation is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """import-linter on the package below ``root``/src, by the contracts of this project."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.run(
        [*command, "--config", str(ROOT / ".importlinter")],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_imports_go_one_way() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("errors.py", "from letterkit import model", "Facts go down the line"),
        ("payment.py", "from letterkit import locale", "Facts go down the line"),
        ("writers/txt.py", "from letterkit import schedule", "A writer sees a Letter"),
        ("data.py", "import mkdocs", "The package does not know the site"),
        ("stray.py", "", "Facts go down the line"),
    ],
)
def test_a_violation_is_found(module: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    with (tmp_path / "src/letterkit" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode != 0
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert [line.startswith(contract) for line in broken] == [True]
