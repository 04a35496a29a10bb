"""Queues, what reads them and where their dead letters go."""

from __future__ import annotations

from collections.abc import Iterable

from ...rules import limits
from ...rules import queue as rules
from ...template.sources import Consumer, consumers
from ...template.targets import QUEUE, is_fifo, resource_of
from ...template.template import Resource
from ...template.values import Unknown, flat
from ..findings import Findings

_DEAD_LETTERS = ("RedrivePolicy", "deadLetterTargetArn")
_RETENTION = "MessageRetentionPeriod"


def check(findings: Findings) -> None:
    """Check every queue of the template, and every one that a mapping reads."""
    for queue in findings.template.of_type(QUEUE):
        _check_attributes(findings, queue)
        if queue.get(*_DEAD_LETTERS) is not None:
            _check_dead_letters(findings, queue)
    readers = [each for each in consumers(findings.template) if each.kind == "queue" and not each.idle]
    for consumer in readers:
        _check_visibility(findings, consumer)
    for sharing in _by_queue(readers):
        _check_redrive(findings, sharing[0].source, [each.mapping for each in sharing])
        _check_shared(findings, sharing[0].source, [each.mapping for each in sharing])


def _check_attributes(findings: Findings, queue: Resource) -> None:
    visibility = _visibility_timeout(queue)
    findings.check(rules.visibility_timeout_range, queue, "VisibilityTimeout", visibility)
    findings.check(rules.retention_range, queue, _RETENTION, _retention(queue))
    if queue.flag("ContentBasedDeduplication") is True:
        fifo = queue.flag("FifoQueue")
        findings.check(rules.deduplication_without_fifo, queue, "ContentBasedDeduplication", fifo=fifo)
    name = queue.text("QueueName")
    if isinstance(name, str):
        findings.check(rules.queue_name_form, queue, "QueueName", name, fifo=queue.flag("FifoQueue"))


def _check_dead_letters(findings: Findings, queue: Resource) -> None:
    location = "/".join(_DEAD_LETTERS)
    arn = queue.get(*_DEAD_LETTERS)
    target = resource_of(findings.template, arn, QUEUE)
    about = [] if target is None else [target]
    if target is queue:
        findings.check(rules.dead_letter_loop, queue, location, own=True)
        return
    fifo = queue.flag("FifoQueue")
    other = is_fifo(findings.template, arn)
    findings.check(rules.fifo_mismatch, queue, location, fifo=fifo, dead_letter_fifo=other, about=about)
    if True not in (fifo, other):  # in a FIFO dead-letter queue a message's age starts anew
        _check_kept(findings, queue, target, fifo=fifo)


def _check_kept(
    findings: Findings, queue: Resource, target: Resource | None, *, fifo: bool | Unknown
) -> None:
    subject, about = (queue, []) if target is None else (target, [queue])
    retention = _retention(queue)
    kept = Unknown("the dead-letter queue") if target is None else _retention(target)
    if isinstance(fifo, Unknown):
        kept = fifo
    findings.check(rules.dead_letter_retention, subject, _RETENTION, retention, kept, about=about)
    if isinstance(retention, int) and isinstance(kept, int):
        findings.check(rules.dead_letter_retention_equal, subject, _RETENTION, retention, kept, about=about)


def _check_visibility(findings: Findings, consumer: Consumer) -> None:
    queue = consumer.source
    functions = [] if consumer.target is None else [consumer.target.function]
    findings.check(
        rules.visibility_below_timeout,
        queue or consumer.mapping,
        "VisibilityTimeout" if queue else "EventSourceArn",
        _visibility_timeout(queue) if queue else Unknown("the queue"),
        timeout=consumer.of_function("Timeout", default=limits.TIMEOUT_DEFAULT),
        window=consumer.mapping.integer("MaximumBatchingWindowInSeconds", default=0),
        about=[consumer.mapping, *functions] if queue else functions,
    )


def _by_queue(readers: Iterable[Consumer]) -> Iterable[list[Consumer]]:
    """The mappings, those of one queue together."""
    found: dict[str, list[Consumer]] = {}
    for consumer in readers:
        key = consumer.source.id if consumer.source else flat(consumer.mapping.get("EventSourceArn"))
        found.setdefault(key, []).append(consumer)
    return found.values()


def _check_redrive(findings: Findings, queue: Resource | None, mappings: list[Resource]) -> None:
    """Check that what fails again and again leaves the queue, and not too early."""
    rule = rules.no_dead_letter_queue
    if queue is None:
        findings.check(rule, mappings[0], "EventSourceArn", Unknown("the queue"), about=mappings[1:])
        return
    given = queue.given("RedrivePolicy")
    if given is not True:
        path = given if isinstance(given, Unknown) else queue.path
        findings.check(rule, queue, "RedrivePolicy", path, about=mappings)
        return
    location = "RedrivePolicy/maxReceiveCount"
    times = queue.number("RedrivePolicy", "maxReceiveCount")
    if times is None:
        return
    findings.check(rules.max_receive_count_range, queue, location, times, about=mappings)
    if isinstance(times, int) and rules.max_receive_count_range(times) is None:
        findings.check(rules.max_receive_count_low, queue, location, times, about=mappings)


def _check_shared(findings: Findings, queue: Resource | None, mappings: list[Resource]) -> None:
    names: list[str] | Unknown = [each.path for each in mappings]
    if len(mappings) > 1 and not all(each.certain for each in mappings):
        names = Unknown("conditions of the mappings")
    findings.check(
        rules.queue_shared,
        queue or mappings[-1],
        "" if queue else "EventSourceArn",
        names,
        about=mappings if queue else mappings[:-1],
    )


def _visibility_timeout(queue: Resource) -> int | Unknown:
    return queue.integer("VisibilityTimeout", default=limits.VISIBILITY_TIMEOUT_DEFAULT)


def _retention(queue: Resource) -> int | Unknown:
    return queue.integer(_RETENTION, default=limits.RETENTION_DEFAULT)
