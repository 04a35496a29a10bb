"""Reads the response of a function with `ReportBatchItemFailures` as strictly as AWS.

An empty or null response, or list, is success of the whole batch. A response that is not such an object, or
one with an identifier that is empty, null, under another key or not of this batch, is failure of the whole
batch: AWS cannot know what was meant and delivers all of it again. ministack ignores what it does not
understand and so deletes messages that were not processed.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

RESPONSE_TYPE: Final = "ReportBatchItemFailures"
_FAILURES: Final = "batchItemFailures"
_IDENTIFIER: Final = "itemIdentifier"


def is_reported_by(mapping: Mapping[str, Any]) -> bool:
    """Whether the event source mapping reads the responses of its function."""
    return RESPONSE_TYPE in (mapping.get("FunctionResponseTypes") or [])


def failed_items(response: object, identifiers: Collection[str]) -> frozenset[str]:
    """The identifiers of the batch that a response makes fail: some, none or all of them.

    Args:
        response: what the function returned, from JSON; a string is a string, not a document in one.
        identifiers: of all items of the batch: message ids, sequence numbers, or `topic-partition:offset`.
    """
    everything = frozenset(identifiers)
    if response is None:
        return frozenset()
    if not isinstance(response, Mapping):
        return everything
    failures = response.get(_FAILURES)
    if failures is None:
        return frozenset()
    if not isinstance(failures, list):
        return everything
    reported = {_identifier(failure) for failure in failures}
    return everything & reported if reported <= everything else everything


def _identifier(failure: object) -> str | None:
    match failure:
        case {"itemIdentifier": str(identifier)}:
            return identifier
        case {"itemIdentifier": {"partition": str(partition), "offset": int(offset)}}:  # of Kafka
            return f"{partition}:{offset}"
    return None


def response_for(failed: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """The response that reports exactly those items, as ministack reads it."""
    return {_FAILURES: [{_IDENTIFIER: identifier} for identifier in failed]}
