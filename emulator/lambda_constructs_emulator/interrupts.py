"""Delays Ctrl-C and SIGTERM until a start or a cleanup is complete."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let an interrupt that arrives inside the block take effect at its end.

    An exception inside `subprocess.Popen` would leave a process without an owner, and an exception
    during a cleanup would leave the rest.
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
