"""The table: what every rule accepts and refuses, at the edges of what it allows."""

from __future__ import annotations

from lambda_constructs.rules import dead_letters, queue, ranges, routes, visibility_timeout
from lambda_constructs.rules.rule import Rule
from tests.rules import cases_adopted as adopted
from tests.rules import cases_claims as claims
from tests.rules import cases_events as events
from tests.rules import cases_function as function
from tests.rules import cases_grammar as grammar
from tests.rules import cases_location as location
from tests.rules import cases_modes as modes
from tests.rules import cases_packaging as packaging
from tests.rules import cases_patterns as patterns
from tests.rules import cases_requests as requests
from tests.rules import cases_sources as sources
from tests.rules import cases_templates as templates
from tests.rules import cases_triggers as triggers
from tests.rules.case import accept, refuse

# Asked only where the answer is already no: there is nothing that these rules accept.
ALWAYS_REFUSE: tuple[Rule[...], ...] = (
    *adopted.ALWAYS_REFUSE,
    *events.ALWAYS_REFUSE,
    *function.ALWAYS_REFUSE,
    *packaging.ALWAYS_REFUSE,
    *sources.ALWAYS_REFUSE,
    dead_letters.dead_letter_queue_unknown,
    dead_letters.no_dead_letter_queue,
    routes.functions_without_api,
    visibility_timeout.visibility_unknown,
)

QUEUE = (
    accept(visibility_timeout.visibility_below_timeout, 180, timeout=30, window=0),
    accept(visibility_timeout.visibility_below_timeout, 185, timeout=30, window=5),
    refuse(visibility_timeout.visibility_below_timeout, 179, timeout=30, window=0),
    refuse(visibility_timeout.visibility_below_timeout, 184, timeout=30, window=5),
    accept(visibility_timeout.visibility_below_function_timeout, 30, timeout=30, window=0),
    refuse(visibility_timeout.visibility_below_function_timeout, 29, timeout=30, window=0),
    accept(ranges.visibility_timeout_range, 0),
    accept(ranges.visibility_timeout_range, 43_200),
    refuse(ranges.visibility_timeout_range, -1),
    refuse(ranges.visibility_timeout_range, 43_201),
    refuse(visibility_timeout.visibility_unknown, 30, 5),
    accept(dead_letters.max_receive_count_range, 3),
    accept(dead_letters.max_receive_count_range, 1000),
    refuse(dead_letters.max_receive_count_range, 2),
    refuse(dead_letters.max_receive_count_range, 1001),
    accept(dead_letters.max_receive_count_low, 5),
    refuse(dead_letters.max_receive_count_low, 4),
    refuse(dead_letters.no_dead_letter_queue, "Shop/Inbox"),
    refuse(dead_letters.dead_letter_queue_unknown),
    accept(ranges.retention_range, 60),
    accept(ranges.retention_range, 1_209_600),
    refuse(ranges.retention_range, 59),
    refuse(ranges.retention_range, 1_209_601),
    accept(dead_letters.dead_letter_retention, 345_600, 345_600),
    refuse(dead_letters.dead_letter_retention, 345_600, 345_599),
    accept(dead_letters.dead_letter_retention_equal, 345_600, 345_601),
    accept(dead_letters.dead_letter_retention_equal, 345_600, 345_599),
    refuse(dead_letters.dead_letter_retention_equal, 345_600, 345_600),
    refuse(dead_letters.dead_letter_retention_equal, 1_209_600, 1_209_600),
    accept(dead_letters.fifo_mismatch, fifo=True, dead_letter_fifo=True),
    accept(dead_letters.fifo_mismatch, fifo=False, dead_letter_fifo=False),
    refuse(dead_letters.fifo_mismatch, fifo=True, dead_letter_fifo=False),
    refuse(dead_letters.fifo_mismatch, fifo=False, dead_letter_fifo=True),
    accept(queue.queue_name_form, "q" * 80, fifo=False),
    accept(queue.queue_name_form, "q" * 75 + ".fifo", fifo=True),
    refuse(queue.queue_name_form, "q" * 81, fifo=False),
    refuse(queue.queue_name_form, "q" * 76 + ".fifo", fifo=True),
    refuse(queue.queue_name_form, "orders.fifo", fifo=False),
    refuse(queue.queue_name_form, "orders", fifo=True),
    accept(queue.not_your_queue, ""),
    refuse(queue.not_your_queue, "queue_name, fifo"),
    accept(queue.deduplication_without_fifo, fifo=True),
    refuse(queue.deduplication_without_fifo, fifo=False),
    accept(dead_letters.dead_letter_loop, own=False),
    refuse(dead_letters.dead_letter_loop, own=True),
    accept(queue.queue_shared, ["Shop/Orders/Mapping"]),
    refuse(queue.queue_shared, ["Shop/Orders/Mapping", "Shop/Invoices/Mapping"]),
    accept(queue.queue_managed_key, "SNS", "alias/orders"),
    refuse(queue.queue_managed_key, "SNS", "alias/aws/sqs"),
    refuse(queue.queue_managed_key, "SNS", "arn:aws:kms:eu-west-1:123456789012:alias/aws/sqs"),
)

CASES = (
    *QUEUE,
    *claims.CASES,
    *adopted.CASES,
    *events.CASES,
    *grammar.GRAMMAR,
    *function.CASES,
    *location.CASES,
    *modes.CASES,
    *packaging.CASES,
    *patterns.CASES,
    *requests.CASES,
    *sources.CASES,
    *triggers.CASES,
    *templates.CASES,
)
