"""Every golden letter again, from an installed package, and the commands as a user has them.

Not collected by pytest: `./check` copies this folder away from the checkout and
runs ``python -m tests.installed`` with the Python of an empty environment into
which only the wheel was installed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import letterkit
from tests import gallery


def main() -> str | None:
    """None when all is well, else what is not."""
    package = Path(letterkit.__file__)
    if not package.is_relative_to(sys.prefix):
        return f"this is not the installed package: {package}"
    cells = list(gallery.cells())
    differ = [
        gallery.path(*cell)
        for cell in cells
        if gallery.path(*cell).read_text(encoding="utf-8") != gallery.rendered(*cell)
    ]
    if differ:
        return "differ from the golden letters:\n" + "\n".join(map(str, differ))
    for command in (
        "letterkit init case.yaml",
        "render-letter case.yaml --stage all --output-dir letters",
    ):
        name, *arguments = command.split()
        subprocess.run([Path(sys.prefix) / "bin" / name, *arguments], check=True)
    print(f"{len(cells)} letters as they should be; {len(list(Path('letters').iterdir()))} written")
    return None


if __name__ == "__main__":
    sys.exit(main())
