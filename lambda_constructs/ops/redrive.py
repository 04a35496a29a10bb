"""`ops redrive`: send failed work again."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ..text_table import printable
from .console import agreed, count, expression, fitted, progress, rate, show
from .failed_work import BATCH, Letter, Place
from .failure_paths import failure_paths
from .redrive_targets import Target
from .workloads import Clients, find

_REASONS: Final = 5
_NEW: Final = "arrived after the start of this command; run it again after you have fixed the cause"
_UNDELETED: Final = "sent, but SQS did not delete them: the next run sends them again"


@dataclass
class Redrive:
    """Sends the letters of a place to a target again.

    A letter is deleted only after its target has accepted it, so an interruption at any moment loses none: it
    may send a letter twice, which an idempotent handler ignores.
    """

    place: Place  # keeps the letters
    target: Target  # takes them
    matches: Callable[[Letter], bool]  # which letters to send
    limit: int  # how many at most
    rate: float = 0  # how many in a second at most; 0 for as many as possible
    check: bool = False  # only look which letters could be sent
    sent: int = 0  # how many were sent, or could be
    skipped: int = 0  # how many do not match, or wait behind one of their message group that stays
    stay: Counter[str] = field(default_factory=Counter)  # the reasons why letters stay, with their number
    _started: float = field(default_factory=time.time)
    _held: dict[str, Letter] = field(default_factory=dict)
    _accepted: set[str] = field(default_factory=set)
    _blocked: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Send until no letters are left, or the limit is reached; then release those that stay."""
        total, stale = min(self.place.count(), self.limit), 0
        try:
            while self.sent < self.limit:
                received = self.place.receive(min(BATCH, self.limit - self.sent))
                # What was accepted and could not be deleted comes again.
                self.place.delete([each for each in received if each.id in self._accepted])
                new = [each for each in received if each.id not in self._accepted | self._held.keys()]
                self._held |= {each.id: each for each in received if each.id not in self._accepted}
                # Letters that stay become visible again after a minute; the end is when only those come.
                stale = 0 if new else stale + len(received)
                if not received or stale > len(self._held):
                    break
                self._handle(new)
                progress(self.sent, total)
        finally:
            self.place.release(list(self._held.values()))

    def _handle(self, letters: list[Letter]) -> None:
        size = self.target.batch
        for start in range(0, len(letters), size):
            started = time.monotonic()
            chunk = list(self._wanted(letters[start : start + size]))
            if self.check:
                self.sent += len(chunk)
            elif chunk:
                self._send(chunk)
                pause = len(chunk) / self.rate if self.rate else 0
                time.sleep(max(0, started + pause - time.monotonic()))

    def _wanted(self, letters: list[Letter]) -> Iterator[Letter]:
        """The letters that match and can be sent."""
        for each in letters:
            if each.group in self._blocked or not self.matches(each):
                self.skipped += 1
                self._block(each)
            elif each.sent > self._started:
                self._keep(each, _NEW)
            elif reason := self.target.refusal(each):
                self._keep(each, reason)
            else:
                yield each

    def _send(self, letters: list[Letter]) -> None:
        refused = self.target.send(letters)
        accepted = [each for each in letters if each.id not in refused]
        self._accepted |= {each.id for each in accepted}
        self.sent += len(accepted)
        for each in letters:
            if each.id in refused:
                self._keep(each, refused[each.id])
            else:
                del self._held[each.id]
        if undeleted := self.place.delete(accepted):
            self.stay[_UNDELETED] += len(undeleted)

    def _keep(self, letter: Letter, reason: str) -> None:
        self.stay[reason] += 1
        self._block(letter)

    def _block(self, letter: Letter) -> None:
        if letter.group and letter.system.get("MessageDeduplicationId"):
            self._blocked.add(letter.group)


def run(clients: Clients, arguments: argparse.Namespace) -> int:
    """Show what could be sent, ask, and send it."""
    workload = find(clients("cloudformation"), arguments.workload, arguments.stack)
    paths = failure_paths(clients, workload)

    def matches(letter: Letter) -> bool:
        return arguments.filter.search(letter.body) is not None

    def every(*, check: bool) -> list[Redrive]:
        left, found = arguments.limit or sys.maxsize, []
        for place, target in paths:
            one = Redrive(place, target, matches, left, arguments.rate or 0, check)
            found.append(one)
            one.run()
            left -= one.sent
        return found

    runs = [] if arguments.yes else every(check=True)
    go = agreed(arguments, _text(runs), f"Send {sum(each.sent for each in runs)} again?")
    if go:
        runs = every(check=False)
    report = {"workload": workload.path, "sent": go, "places": [_report(each) for each in runs]}
    show(arguments, report, _text(runs))
    return int(any(each.stay.total() for each in runs) or not (go or arguments.dry_run))


def _report(one: Redrive) -> dict[str, Any]:
    return {
        "from": one.place.name,
        "to": one.target.name,
        "again": one.sent,
        "skipped": one.skipped,
        "stay": dict(one.stay),
    }


def _text(runs: list[Redrive]) -> str:
    head = ("from", "to", "could be sent" if all(each.check for each in runs) else "sent", "skipped", "stay")
    rows = [
        (
            each.place.name,
            each.target.name,
            str(each.sent),
            str(each.skipped),
            str(each.stay.total()),
        )
        for each in runs
    ]
    reasons = sum((each.stay for each in runs), Counter[str]()).most_common(_REASONS)
    return "\n".join([fitted(head, rows), *(f"  {number} stay: {printable(why)}" for why, number in reasons)])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "--filter",
        type=expression,
        default="",
        metavar="REGEX",
        help="only messages and objects whose text matches this regular expression",
    )
    parser.add_argument("--limit", type=count, metavar="N", help="how many to send at most (default: all)")
    parser.add_argument(
        "--rate", type=rate, metavar="N", help="how many a second at most (default: as fast as it can)"
    )
