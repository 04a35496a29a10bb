"""Notifications to functions: require the permission, when they are configured and when they are sent.

S3 refuses a configuration without permission to invoke the function, unless the request skips that check;
ministack checks queues and topics only. S3 also refuses two notifications of one event of one object.

    https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from ..core import hooks
from ..lambda_ import deliveries
from ..lambda_.deliveries import RefusedError

Document = Mapping[str, Any]

_s3 = hooks.module("services.s3")
_invalid: Callable[[str], Any] = hooks.attribute(_s3, "_invalid_notification_config")

_event_matches: Callable[[str, Sequence[str]], bool] = hooks.attribute(_s3, "_event_matches")

_SERVICE: Final = "s3.amazonaws.com"
_OVERLAPPING: Final = (
    "Configurations overlap. Configurations on the same bucket cannot share a common event type."
)


def install() -> None:
    """Check permissions, and invoke asynchronously.

    Raises:
        hooks.HookError: ministack checks or delivers notifications in another way now.
    """
    hooks.wrap(_s3, "_validate_notification_configs", _validate)
    hooks.wrap(_s3, "_deliver_event_to_lambda", _deliver)


def _validate(
    original: Callable[..., Any],
    configurations: Sequence[Document],
    region: str,
    bucket: str = "",
    skip: bool = False,  # noqa: FBT001, FBT002 - ministack calls it like this
) -> Any:  # noqa: ANN401 - ministack's own
    if any(_overlap(one, other) for one, other in combinations(configurations, 2)):
        return _invalid(_OVERLAPPING)
    error = original(configurations, region, bucket, skip)
    if error is not None or skip:
        return error
    functions = [each["arn"] for each in configurations if each["type"] == "lambda"]
    refused = [arn for arn in functions if not _may_invoke(arn, bucket)]
    if not refused:
        return None
    return _invalid(f"Unable to validate the following destination configurations: {', '.join(refused)}")


def _overlap(one: Document, other: Document) -> bool:
    """Whether two notifications can be of the same event of the same object."""
    events = any(
        _event_matches(event, other["events"]) or _event_matches(another, one["events"])
        for event in one["events"]
        for another in other["events"]
    )
    prefix, another_prefix = (each.get("filter_prefix") or "" for each in (one, other))
    suffix, another_suffix = (each.get("filter_suffix") or "" for each in (one, other))
    return (
        events
        and (prefix.startswith(another_prefix) or another_prefix.startswith(prefix))
        and (suffix.endswith(another_suffix) or another_suffix.endswith(suffix))
    )


def _may_invoke(function_arn: str, bucket: str) -> bool:
    try:
        deliveries.require(function_arn, _SERVICE, f"arn:aws:s3:::{bucket}")
    except RefusedError:
        return False
    return True


def _deliver(
    original: Callable[[str, Document, str], None], function_arn: str, payload: Document, region: str
) -> None:
    bucket = payload["Records"][0]["s3"]["bucket"]["name"] if "Records" in payload else payload["Bucket"]
    if _may_invoke(function_arn, bucket):
        original(function_arn, payload, region)
