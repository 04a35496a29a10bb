"""Wakes ministack's poller of event source mappings.

The poller looks once a second, and immediately after a message was sent. With a small time scale a
second is minutes of AWS's time, so modules that know when the next batch is due wake it then.
"""

import threading
from typing import Final

from ..core import hooks

_ITS_OWN_RHYTHM: Final = 1.0
"""Seconds; what is due later, it finds by itself."""

_wake: threading.Event = hooks.attribute(hooks.module("services.lambda_svc"), "_esm_wake")


def look_now() -> None:
    """Have it look at all mappings at once."""
    _wake.set()


def look_in(seconds: float) -> None:
    """Have it look after some seconds of this machine."""
    if seconds < _ITS_OWN_RHYTHM:
        timer = threading.Timer(seconds, look_now)
        timer.daemon = True
        timer.start()
