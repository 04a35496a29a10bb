"""Rules for queues and the mapping that reads them."""

from __future__ import annotations

from collections.abc import Sequence

from . import limits
from .derive import visibility_timeout as enough
from .rule import rule


@rule(
    "visibility-below-timeout",
    why="A message that becomes visible while it is being worked on is worked on twice.",
    source=limits.SQS_SOURCE_URL,
)
def visibility_below_timeout(visibility_timeout: int, *, timeout: int, window: int) -> str | None:
    """At least six times the function's timeout plus the batching window."""
    needed = enough(timeout, window)
    if visibility_timeout >= needed:
        return None
    return (
        f"the queue hides messages for {visibility_timeout} seconds, a timeout of {timeout} and a "
        f"batching window of {window} need 6 x {timeout} + {window} = {needed}; set "
        f"visibility_timeout=Duration.seconds({needed}) on the queue or lower timeout"
    )


@rule(
    "visibility-timeout-range",
    why="SQS refuses the queue.",
    source=limits.SQS_QUEUE_URL,
)
def visibility_timeout_range(visibility_timeout: int) -> str | None:
    """At most 12 hours."""
    if 0 <= visibility_timeout <= limits.VISIBILITY_TIMEOUT_MAXIMUM:
        return None
    return (
        f"visibility_timeout is {visibility_timeout} seconds, SQS allows 0 to "
        f"{limits.VISIBILITY_TIMEOUT_MAXIMUM}; shorten it"
    )


@rule(
    "visibility-unknown",
    why="A queue from elsewhere does not tell its visibility timeout; if it is too short, messages are "
    "worked on twice.",
    source=limits.SQS_SOURCE_URL,
)
def visibility_unknown(timeout: int, window: int) -> str | None:
    """A queue that was made elsewhere tells its visibility timeout by an argument."""
    return (
        "the queue was made elsewhere and its visibility timeout is unknown; pass the one it has as "
        f"visibility_timeout=..., at least 6 x {timeout} + {window} = {enough(timeout, window)} seconds"
    )


@rule(
    "max-receive-count-range",
    why="Throttled deliveries count as receives: with one or two, healthy messages are dead letters after "
    "the first burst.",
    source=limits.SQS_SOURCE_URL,
)
def max_receive_count_range(max_receive_count: int) -> str | None:
    """3 to 1,000."""
    if max_receive_count < 3:
        return (
            f"max_receive_count is {max_receive_count}; throttled deliveries count too, so pass 5 or more "
            "(3 at the least)"
        )
    if max_receive_count > limits.RECEIVE_COUNT_MAXIMUM:
        return (
            f"max_receive_count is {max_receive_count}, SQS allows {limits.RECEIVE_COUNT_MAXIMUM}; lower it"
        )
    return None


@rule(
    "max-receive-count-low",
    severity="warning",
    why="AWS recommends five: throttled deliveries count as receives.",
    source=limits.SQS_SOURCE_URL,
)
def max_receive_count_low(max_receive_count: int) -> str | None:
    """Five or more, as AWS recommends."""
    if max_receive_count >= 5:
        return None
    return (
        f"max_receive_count is {max_receive_count}: throttled deliveries count too, a burst can send "
        "healthy messages to the dead-letter queue; AWS recommends 5 or more"
    )


@rule(
    "no-dead-letter-queue",
    why="A message that always fails is delivered again and again until it expires, and is then lost.",
    source=limits.DEAD_LETTER_URL,
)
def no_dead_letter_queue(path: str) -> str | None:
    """A given queue has a dead-letter queue."""
    return (
        f"queue {path} has no dead-letter queue; give it one (dead_letter_queue, RedrivePolicy), or leave "
        "queue out so that both are created"
    )


@rule(
    "dead-letter-queue-unknown",
    why="A queue from elsewhere does not tell whether it has a dead-letter queue; without one, messages "
    "are lost.",
    source=limits.DEAD_LETTER_URL,
)
def dead_letter_queue_unknown() -> str | None:
    """A queue that was made elsewhere names its dead-letter queue by an argument."""
    return (
        "the queue was made elsewhere and its dead-letter queue is unknown; pass the one it has as "
        "dead_letter_queue=..., so that it can be watched"
    )


@rule("retention-range", why="SQS refuses the queue.", source=limits.SQS_QUEUE_URL)
def retention_range(retention: int) -> str | None:
    """60 seconds to 14 days."""
    low, high = limits.RETENTION_MINIMUM, limits.RETENTION_MAXIMUM
    if low <= retention <= high:
        return None
    return f"retention_period is {retention} seconds, SQS allows {low} to {high}; choose one in that range"


@rule(
    "dead-letter-retention",
    why="In a standard dead-letter queue a message keeps its first enqueue time: kept for less time than in "
    "the source queue, it can expire on arrival.",
    source=limits.DEAD_LETTER_RETENTION_URL,
)
def dead_letter_retention(retention: int, dead_letter: int) -> str | None:
    """Dead letters are not kept for a shorter time than messages."""
    if dead_letter >= retention:
        return None
    return (
        f"the dead-letter queue keeps messages for {dead_letter} seconds, the queue for {retention}, and "
        "their age counts from the first enqueue: they can expire on arrival; keep dead letters longer "
        "or set retention_period below"
    )


@rule(
    "dead-letter-retention-equal",
    severity="warning",
    why="In a standard dead-letter queue a message keeps its first enqueue time: what it waited in the "
    "source queue is missing when somebody looks for it.",
    source=limits.DEAD_LETTER_RETENTION_URL,
)
def dead_letter_retention_equal(retention: int, dead_letter: int) -> str | None:
    """Dead letters are kept longer than messages, as AWS recommends."""
    if dead_letter != retention:
        return None
    return (
        f"queue and dead-letter queue both keep messages for {retention} seconds, and their age counts from "
        "the first enqueue; keep dead letters longer, for up to 14 days"
    )


@rule("fifo-mismatch", why="SQS refuses the redrive policy.", source=limits.DEAD_LETTER_URL)
def fifo_mismatch(*, fifo: bool, dead_letter_fifo: bool) -> str | None:
    """The dead-letter queue of a FIFO queue is a FIFO queue, that of a standard queue is not."""
    if fifo == dead_letter_fifo:
        return None
    kinds = {True: "FIFO", False: "standard"}
    return (
        f"the queue is {kinds[fifo]} and its dead-letter queue is {kinds[dead_letter_fifo]}; "
        "both must be of one kind"
    )


@rule("queue-name", why="SQS refuses the queue.", source=limits.SQS_QUEUE_URL)
def queue_name_form(queue_name: str, *, fifo: bool) -> str | None:
    """At most 80 characters; `.fifo` ends the name of a FIFO queue and of no other."""
    if len(queue_name) > limits.QUEUE_NAME_MAXIMUM:
        return (
            f"queue_name has {len(queue_name)} characters, SQS allows {limits.QUEUE_NAME_MAXIMUM}; shorten it"
        )
    if queue_name.endswith(".fifo") == fifo:
        return None
    if fifo:
        return f"queue_name is {queue_name!r}, the name of a FIFO queue ends with .fifo; append it"
    return f"queue_name is {queue_name!r} but the queue is no FIFO queue; pass fifo=True or rename it"


@rule(
    "not-your-queue",
    why="The option would change a queue that was made elsewhere, and silently does nothing.",
    source=limits.SQS_QUEUE_URL,
)
def not_your_queue(options: str) -> str | None:
    """Options of a queue that is created here do not go with a given queue."""
    if not options:
        return None
    return (
        f"{options} given together with queue; set it on that queue, or leave queue out so that "
        "one is created"
    )


@rule(
    "dead-letter-queue-policy",
    why="Both queues share one queue policy; a second policy on the dead-letter queue replaces the statement "
    "that demands TLS, or is replaced by it.",
    source=limits.SQS_QUEUE_URL,
)
def dead_letter_queue_policy(path: str) -> str | None:
    """Statements for the dead-letter queue go into the policy that both queues share."""
    return (
        f"dead-letter queue {path} has a second queue policy beside the one it shares with its queue, and "
        "one of them would be lost; add the statement with queue.add_to_resource_policy(...), or send "
        "to a queue of your own"
    )


@rule("deduplication-without-fifo", why="SQS refuses the queue.", source=limits.SQS_QUEUE_URL)
def deduplication_without_fifo(*, fifo: bool) -> str | None:
    """Only FIFO queues know duplicates."""
    if fifo:
        return None
    return "content_based_deduplication was given for a standard queue; pass fifo=True or leave it out"


@rule(
    "dead-letter-loop",
    why="A message that always fails never leaves the queue: it starts over until it expires, and is then "
    "lost.",
    source=limits.DEAD_LETTER_URL,
)
def dead_letter_loop(*, own: bool) -> str | None:
    """The dead-letter queue of a queue is another one."""
    if not own:
        return None
    return "the queue is its own dead-letter queue; create another queue for its dead letters"


@rule(
    "queue-shared",
    why="The mappings compete: each message reaches one of them, by chance.",
    source=limits.SQS_SOURCE_URL,
)
def queue_shared(mappings: Sequence[str]) -> str | None:
    """One mapping reads a queue."""
    if len(mappings) < 2:
        return None
    return (
        f"mappings {', '.join(mappings)} read one queue, each message reaches one of them by chance; keep "
        "one of them, or give each a queue of its own"
    )


@rule(
    "queue-managed-key",
    why="The policy of the key that AWS manages for SQS lets no other service use it: what it sends is lost "
    "in silence.",
    source=limits.QUEUE_KEY_URL,
)
def queue_managed_key(service: str, key: str) -> str | None:
    """A queue that a service writes to is encrypted by SQS or with a key of the account's own."""
    if not key.endswith(limits.MANAGED_KEY):
        return None
    return (
        f"the queue is encrypted with the key {limits.MANAGED_KEY}, which {service} cannot use; encrypt it "
        "by SQS (SqsManagedSseEnabled) or with a key of your own"
    )
