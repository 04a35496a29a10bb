"""Runs the first example of the README in an empty folder: python tests/readme.py.

It needs the package and nothing else, so it shows that an installation works.
"""

import os
import re
import tempfile
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def run_example() -> None:
    """Run the first Python block of the README, with the handler that it names."""
    found = re.search(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        handlers = Path("handlers", "orders")
        handlers.mkdir(parents=True)
        (handlers / "app.py").write_text("def handler(event, context): ...\n")
        exec(compile(found[1], str(README), "exec"), {})  # noqa: S102 - the README is ours
        os.chdir(README.parent)


if __name__ == "__main__":
    run_example()
