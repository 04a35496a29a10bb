"""Ctrl-C and SIGTERM at a bad moment: held back until what was begun is complete."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let an interrupt that arrives inside the block take effect at its end.

    An exception in the middle of `subprocess.Popen` would leave a process that nobody knows, and
    one in the middle of cleaning up would leave the rest.
    """
    if threading.current_thread() is not threading.main_thread():
        # Python runs signal handlers in the main thread only: nothing can interrupt here.
        yield
        return
    arrived: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)

    before = {
        number: signal.signal(number, note) or signal.SIG_DFL for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for arrival in arrived:
        signal.raise_signal(arrival)
