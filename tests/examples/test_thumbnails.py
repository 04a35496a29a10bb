"""The pictures that the driver makes, and how it judges what came of them.

That Pillow scales them is proven by tests/deploy: it is in no environment but the handler's.
"""

import struct
import zlib
from typing import Any
from urllib.parse import quote_plus

import pytest

from examples.thumbnails import drive, png
from examples.thumbnails.drive import Failure, Outcome, Upload


def test_a_picture_is_read_as_it_was_made() -> None:
    assert png.read(png.picture(64, 48, (1, 2, 3))) == (64, 48, (1, 2, 3))


@pytest.mark.parametrize("filter_type", range(5))
def test_the_first_color_is_read_whichever_filter_the_row_has(filter_type: int) -> None:
    # A pixel without neighbours is stored as it is; each further one as the difference to the first.
    row = bytes([filter_type, 9, 8, 7, 0, 0, 0])
    data = png._png(2, 1, zlib.compress(row))

    assert png.read(data) == (2, 1, (9, 8, 7))


def test_data_in_several_chunks_is_read() -> None:
    whole = png.picture(2, 1, (9, 8, 7))
    data = png._chunks(whole)[b"IDAT"]
    parts = png._chunk(b"IDAT", data[:5]) + png._chunk(b"IDAT", data[5:])

    assert png.read(whole.replace(png._chunk(b"IDAT", data), parts)) == (2, 1, (9, 8, 7))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"GIF89a", "not a PNG"),
        (
            png.picture(1, 1, (0, 0, 0)).replace(struct.pack("BB", 8, 2), struct.pack("BB", 8, 6)),
            "eight bits",
        ),
    ],
)
def test_another_format_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        png.read(data)


def test_a_bomb_is_small_and_claims_to_be_large() -> None:
    data = png.bomb(8_000, 6_000)

    assert len(data) < 100
    assert struct.pack(">II", 8_000, 6_000) in data


def test_images_have_sizes_and_colors_that_tell_them_apart() -> None:
    images = drive.images(50, prefix="i")

    assert images == drive.images(50, prefix="i")
    assert len({image.data for image in images}) == 50
    assert len({image.thumbnail for image in images}) == 50
    for image in images:
        assert image.thumbnail is not None
        width, height, color = png.read(image.data)
        assert color == image.thumbnail[2]
        assert max(image.thumbnail[:2]) == min(drive.LONGEST_SIDE, max(width, height))


UPLOADS = [
    Upload("a b.png", b"", (2, 1, (9, 8, 7))),
    Upload("c.png", b"", reason="no image"),
]
THUMBNAIL = png.picture(2, 1, (9, 8, 7))
WANTED = Outcome(
    thumbnails={"a b.png": (2, 1, (9, 8, 7))},
    failed={"c.png": Failure("RetriesExhausted", drive.ATTEMPTS, "no image")},
    others=[],
    runs={"a b.png": 1, "c.png": drive.ATTEMPTS},
)
OBJECTS = {
    "uploads/a b.png": b"",
    "uploads/c.png": b"",
    "uploads/of another run.png": b"",
    "thumbnails/a b.png": THUMBNAIL,
    "thumbnails/of another run.png": b"",
}
LOG = [
    {"key": "uploads/a b.png"},
    *[{"key": "uploads/c.png"}] * drive.ATTEMPTS,
    {"key": "uploads/of another run.png"},
]


def failure(key: str, reason: str = "no image") -> dict[str, Any]:
    return {
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": drive.ATTEMPTS},
        "requestPayload": {"Records": [{"s3": {"object": {"key": quote_plus(key, safe="/")}}}]},
        "responsePayload": {"errorMessage": reason},
    }


def outcome(**changed: Any) -> Outcome:
    evidence: dict[str, Any] = {
        "uploads": UPLOADS,
        "objects": OBJECTS,
        "log": LOG,
        "failed": [failure("uploads/c.png"), failure("uploads/ö of another run.png")],
    }
    return drive.outcome(**evidence | changed)


def test_the_expectation_is_what_a_right_run_leaves_behind() -> None:
    assert drive.expected(UPLOADS) == WANTED
    assert drive.mismatches(WANTED, outcome()) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"objects": {**OBJECTS, "thumbnails/a b.png": png.picture(2, 1, (0, 0, 0))}},
            "expected thumbnails: {'a b.png': (2, 1, (9, 8, 7))}, found: {'a b.png': (2, 1, (0, 0, 0))}",
        ),
        (
            {"objects": {**OBJECTS, "thumbnails/thumbnails/a b.png": THUMBNAIL}},
            "expected other objects: [], found: ['thumbnails/thumbnails/a b.png']",
        ),
        (
            {"objects": {**OBJECTS, "elsewhere.png": THUMBNAIL}},
            "expected other objects: [], found: ['elsewhere.png']",
        ),
        (
            {"failed": [failure("uploads/c.png", "out of memory")]},
            (
                f"expected failed: {WANTED.failed}, "
                "found: {'c.png': Failure(condition='RetriesExhausted', attempts=3, reason='out of memory')}"
            ),
        ),
        ({"log": LOG[1:]}, "expected runs: {'a b.png': 1}, found: {}"),
    ],
)
def test_each_kind_of_mismatch_is_told_with_what_was_expected(changed: dict[str, Any], said: str) -> None:
    assert drive.mismatches(WANTED, outcome(**changed)) == [said]
