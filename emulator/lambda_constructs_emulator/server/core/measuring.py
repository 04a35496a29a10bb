"""Measures metrics several times per minute of the clock's scale, where AWS measures once a minute."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from . import clock

_EVERY: Final = 20
"""Seconds on AWS."""
_SHORTEST: Final = 0.1
_LONGEST: Final = 5.0

_log = logging.getLogger(__name__)


def start(what: str, measure: Callable[[], None]) -> None:
    """Measure again and again, as long as the server runs."""

    def run() -> None:
        while True:
            time.sleep(min(_LONGEST, max(_SHORTEST, clock.here(_EVERY))))
            try:
                measure()
            except Exception:  # noqa: BLE001 - the next round may succeed
                _log.exception("%s cannot be measured", what)

    threading.Thread(target=run, name=what, daemon=True).start()
