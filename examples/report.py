"""The output of a demo: phases with their durations, tables, timelines."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


class Report:
    """Prints one line for each phase: redrawn on a terminal, printed once in a log."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._start = time.monotonic()
        self._width = 0

    def line(self, text: str = "") -> None:
        """Print a line."""
        print(text, flush=True)

    @contextmanager
    def phase(self, name: str) -> Iterator[Callable[[str], None]]:
        """Time a phase, and yield a function that shows its progress."""
        start = last = time.monotonic()

        def progress(state: str) -> None:
            nonlocal last
            # A log shows progress only once per second.
            if self._live or time.monotonic() - last >= 1:
                last = time.monotonic()
                self._draw(f"  {name:<34} {state}")

        if self._live:
            self._draw(f"  {name:<34} ...")
        try:
            yield progress
        except BaseException:
            self._draw(f"  {name:<34} not finished\n" if self._live else f"  {name}: not finished")
            raise
        done = f"  {name:<34} {time.monotonic() - start:6.1f} s"
        self._draw(done + "\n" if self._live else done)

    def table(self, rows: Sequence[tuple[str, object, str]]) -> None:
        """Print rows of name, number and remark."""
        for name, number, remark in rows:
            self.line(f"  {name:<20} {number:>5}   {remark}".rstrip())

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    def _draw(self, text: str) -> None:
        if self._live:
            visible = text.rstrip("\n")
            padding = " " * (self._width - len(visible))
            print(f"\r{visible}{padding}", end=text[len(visible) :], flush=True)
            self._width = 0 if text.endswith("\n") else len(visible)
        else:
            print(text, flush=True)
