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

from examples.differences import differences
from examples.thumbnails import THUMBNAILS, UPLOADS, png
from lambda_constructs_emulator.kit import Deployed, wait_until

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
    log: Iterable[Mapping[str, Any]],
    failed: Iterable[Mapping[str, Any]],
) -> Outcome:
    """Derive the outcome of the uploads from the bucket, the log and the failure queue.

    Args:
        uploads: The uploads.
        objects: Objects in the bucket, by key.
        log: The handler's structured log lines about objects.
        failed: Invocation records in the failure queue.
    """
    names = {each.name for each in uploads}
    uploaded = {key for key in objects if key.startswith(UPLOADS)}
    thumbnails = {
        key.removeprefix(THUMBNAILS): data for key, data in objects.items() if key.startswith(THUMBNAILS)
    }
    keys = [unquote_plus(each["requestPayload"]["Records"][0]["s3"]["object"]["key"]) for each in failed]
    return Outcome(
        thumbnails={name: png.read(data) for name, data in thumbnails.items() if name in names},
        failed={
            key.removeprefix(UPLOADS): _failure(record)
            for key, record in zip(keys, failed, strict=True)
            if key.removeprefix(UPLOADS) in names
        },
        others=sorted(
            objects.keys() - uploaded - {THUMBNAILS + key.removeprefix(UPLOADS) for key in uploaded}
        ),
        runs=Counter(
            line["key"].removeprefix(UPLOADS) for line in log if line["key"].removeprefix(UPLOADS) in names
        ),
    )


def _failure(record: Mapping[str, Any]) -> Failure:
    context = record["requestContext"]
    reason = record["responsePayload"]["errorMessage"]
    return Failure(context["condition"], context["approximateInvokeCount"], reason)


def mismatches(wanted: Outcome, found: Outcome) -> list[str]:
    """Describe every relevant difference; empty if the run is correct."""
    return differences(
        {
            "thumbnails": (dict(wanted.thumbnails), dict(found.thumbnails)),
            "failed": (dict(wanted.failed), dict(found.failed)),
            "other objects": (list(wanted.others), list(found.others)),
            "runs": (dict(wanted.runs), dict(found.runs)),
        }
    )


class Driver:
    """Uploads images to a deployed stack and collects their outcome.

    Args:
        deployed: The stack.
        bucket: Construct id of the bucket.
        workload: Construct id of the function that scales the images.
    """

    def __init__(self, deployed: Deployed, *, bucket: str = "Images", workload: str = "Scaler") -> None:
        self._bucket, self._function = deployed.bucket(bucket), deployed.function(workload)
        self._failures = deployed.failures(workload)
        self._uploaded = 0
        self._failed: list[Mapping[str, Any]] = []

    def upload(self, uploads: Sequence[Upload], progress: Callable[[int], None] = lambda _: None) -> None:
        """Upload the objects, and report to `progress` how many are in the bucket."""
        for count, each in enumerate(uploads, 1):
            self._bucket.upload(UPLOADS + each.name, each.data)
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
            TimeoutError: It did not happen within the timeout.
        """

        def missing() -> str:
            self._failed += [json.loads(message["Body"]) for message in self._failures.take()]
            keys = self._bucket.keys()
            made, failed = sum(key.startswith(THUMBNAILS) for key in keys), len(self._failed)
            progress(made, failed)
            if made + failed == self._uploaded:
                return ""
            return f"{made} thumbnails and {failed} failures, of {self._uploaded} uploads"

        wait_until(missing, timeout=timeout)

    def collect(self, uploads: Sequence[Upload]) -> Outcome:
        """Return the outcome of these uploads after they have settled."""
        return outcome(
            uploads=uploads,
            objects=self._bucket.contents(),
            log=self._function.log_lines("key"),
            failed=self._failed,
        )
