"""Many cases of one test as one item: pytest needs longer for an item than a rule for its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

Test: TypeAlias = Callable[..., None]


def for_each(names: str | tuple[str, ...], cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Run the decorated test with each case, like `pytest.mark.parametrize`; a failure names its case."""
    listed = (names,) if isinstance(names, str) else names
    several = [(case,) if isinstance(names, str) else case for case in cases]
    assert several

    def decorate(test: Test) -> Test:
        def run(**others: Any) -> None:
            for case in several:
                given = dict(zip(listed, case, strict=True))
                try:
                    test(**others, **given)
                except Exception as error:
                    error.add_note(f"case: {given}")
                    raise

        run.__doc__, run.__module__ = test.__doc__, test.__module__
        return run

    return decorate
