"""The uploads and the expected thumbnails, wherever the stack is deployed.

The first half is pure: images, expectations, and the outcome from the evidence. Only `Driver`, at the end,
calls AWS.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from examples import driving
from examples.driving import Clients
from examples.thumbnails import png
from lambda_constructs_emulator.kit import Queue

LONGEST_SIDE = 128
"""Maximum width and height of a thumbnail in pixels; a smaller image keeps its size."""
ATTEMPTS = 3
"""Lambda retries a failed event twice."""


@dataclass(frozen=True)
class Upload:
    """One object to upload, with its expected thumbnail or the expected reason for its failure."""

    name: str
    data: bytes
    thumbnail: tuple[int, int, png.Color] | None = None
    reason: str = ""


@dataclass(frozen=True)
class Failure:
    """A failed object in the failure queue."""

    condition: str
    attempts: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of the uploads of one run."""

    thumbnails: Mapping[str, tuple[int, int, png.Color]]
    """Width, height and color of the run's thumbnails, by name of the upload."""
    failed: Mapping[str, Failure]
    others: Sequence[str]
    """Keys of objects that are neither uploads nor their thumbnails."""
    runs: Mapping[str, int]
    """Number of invocations for each upload, whatever caused them."""


def images(count: int, *, prefix: str) -> list[Upload]:
    """Pictures in several sizes with different colors, the same in every call."""
    return [_image(f"{prefix}-{number:02}.png", number) for number in range(count)]


def corrupt_images(*, prefix: str) -> list[Upload]:
    """Files that look like images but are invalid, each in a different way."""
    good = png.picture(320, 240, (1, 2, 3))
    return [
        Upload(f"{prefix} text ä+ö.png", b"This is no image.", reason="no image in a format that is known"),
        Upload(f"{prefix}-empty.png", b"", reason="no image in a format that is known"),
        Upload(f"{prefix}-truncated.png", good[: len(good) // 2], reason="image file is truncated"),
        Upload(
            f"{prefix}-bomb.png",
            png.bomb(8_000, 8_000),
            reason="8000 x 8000 pixels are more than can be decoded",
        ),
    ]


def _image(name: str, number: int) -> Upload:
    width, height = _SIZES[number % len(_SIZES)]
    color = (number * 5 % 256, number * 7 % 256, 255 - number)
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    return Upload(
        name, png.picture(width, height, color), (round(width * scale), round(height * scale), color)
    )


_SIZES = ((640, 480), (480, 640), (512, 512), (1024, 256), (64, 48))


def expected(uploads: Sequence[Upload]) -> Outcome:
    """The expected outcome of these uploads."""
    return Outcome(
        thumbnails={each.name: each.thumbnail for each in uploads if each.thumbnail is not None},
        failed={
            each.name: Failure("RetriesExhausted", ATTEMPTS, each.reason)
            for each in uploads
            if each.thumbnail is None
        },
        others=[],
        runs={each.name: 1 if each.thumbnail else ATTEMPTS for each in uploads},
    )


def outcome(
    *,
    uploads: Sequence[Upload],
    objects: Mapping[str, bytes],
    prefixes: tuple[str, str],
    log: Iterable[Mapping[str, Any]],
    failed: Iterable[Mapping[str, Any]],
) -> Outcome:
    """Derive the outcome of the uploads from the bucket, the log and the failure queue.

    Args:
        uploads: The uploads.
        objects: Objects in the bucket, by key.
        prefixes: Prefixes of the uploads and of the thumbnails.
        log: The handler's structured log lines about objects.
        failed: Invocation records in the failure queue.
    """
    names = {each.name for each in uploads}
    before, after = prefixes
    uploaded = {key for key in objects if key.startswith(before)}
    thumbnails = {key.removeprefix(after): data for key, data in objects.items() if key.startswith(after)}
    keys = [unquote_plus(each["requestPayload"]["Records"][0]["s3"]["object"]["key"]) for each in failed]
    return Outcome(
        thumbnails={name: png.read(data) for name, data in thumbnails.items() if name in names},
        failed={
            key.removeprefix(before): _failure(record)
            for key, record in zip(keys, failed, strict=True)
            if key.removeprefix(before) in names
        },
        others=sorted(objects.keys() - uploaded - {after + key.removeprefix(before) for key in uploaded}),
        runs=Counter(
            line["key"].removeprefix(before) for line in log if line["key"].removeprefix(before) in names
        ),
    )


def _failure(record: Mapping[str, Any]) -> Failure:
    context = record["requestContext"]
    reason = record["responsePayload"]["errorMessage"]
    return Failure(context["condition"], context["approximateInvokeCount"], reason)


def mismatches(wanted: Outcome, found: Outcome) -> list[str]:
    """Describe every relevant difference; empty if the run is correct."""
    return driving.differences(
        {
            "thumbnails": (dict(wanted.thumbnails), dict(found.thumbnails)),
            "failed": (dict(wanted.failed), dict(found.failed)),
            "other objects": (list(wanted.others), list(found.others)),
            "runs": (dict(wanted.runs), dict(found.runs)),
        }
    )


class Driver:
    """Uploads images to a deployed stack and collects their outcome.

    Needs a function that makes boto3 clients, and the outputs of the stack.
    """

    def __init__(self, clients: Clients, outputs: Mapping[str, str]) -> None:
        self._clients = clients
        self._outputs = outputs
        self._s3 = clients("s3")
        self._bucket = outputs["BucketName"]
        self._prefixes = outputs["UploadsPrefix"], outputs["ThumbnailsPrefix"]
        self._uploaded = 0
        self._failed: list[Mapping[str, Any]] = []

    def upload(self, uploads: Sequence[Upload], progress: Callable[[int], None] = lambda _: None) -> None:
        """Upload the objects, and report to `progress` how many are in the bucket."""
        for count, each in enumerate(uploads, 1):
            self._s3.put_object(Bucket=self._bucket, Key=self._prefixes[0] + each.name, Body=each.data)
            self._uploaded += 1
            progress(count)

    def wait_until_settled(
        self, *, timeout: float, progress: Callable[[int, int], None] = lambda _made, _failed: None
    ) -> None:
        """Wait until each upload has a thumbnail or is in the failure queue.

        Args:
            timeout: Seconds.
            progress: Receives the number of thumbnails and of failed uploads.

        Raises:
            NotSettledError: It did not happen within the timeout.
        """

        def missing() -> str:
            taken = Queue(self._clients("sqs"), self._outputs["FailureQueueUrl"]).take()
            self._failed += [json.loads(message["Body"]) for message in taken]
            made, failed = len(self._keys(self._prefixes[1])), len(self._failed)
            progress(made, failed)
            if made + failed == self._uploaded:
                return ""
            return f"{made} thumbnails and {failed} failures, of {self._uploaded} uploads"

        driving.settle(missing, timeout=timeout)

    def collect(self, uploads: Sequence[Upload]) -> Outcome:
        """Return the outcome of these uploads after they have settled."""
        return outcome(
            uploads=uploads,
            objects={key: self._object(key) for key in self._keys()},
            prefixes=self._prefixes,
            log=driving.log_lines(self._clients, self._outputs["FunctionName"], "key"),
            failed=self._failed,
        )

    def empty(self) -> None:
        """Delete all objects, because CloudFormation only deletes an empty bucket."""
        for key in self._keys():
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def _keys(self, prefix: str = "") -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    def _object(self, key: str) -> bytes:
        data: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return data
