"""Starting positions in templates."""

from __future__ import annotations

from tests.audit.support import Json, ref
from tests.rules.streams import BROKER, KAFKA, POSITION, SOURCE, TABLE, shop, verdict

TIME = "StartingPositionTimestamp"
LATEST, TIMESTAMP = "starting-position-latest", "starting-timestamp"


def test_starting_positions() -> None:
    expected: list[tuple[Json, str, str | None]] = [
        ({POSITION: "LATEST"}, LATEST, "warning"),
        ({POSITION: "LATEST", SOURCE: TABLE}, LATEST, "warning"),
        ({POSITION: "LATEST", SOURCE: KAFKA}, LATEST, "warning"),
        ({POSITION: ref("Text")}, LATEST, "undecided"),
        ({POSITION: "AT_TIMESTAMP", TIME: 1}, LATEST, None),
        ({SOURCE: KAFKA}, LATEST, None),
        ({POSITION: None, SOURCE: KAFKA}, LATEST, None),
        ({POSITION: None, SOURCE: BROKER}, LATEST, None),
        ({POSITION: "AT_TIMESTAMP"}, TIMESTAMP, "error"),
        ({TIME: 1}, TIMESTAMP, "error"),
        ({POSITION: "AT_TIMESTAMP", TIME: ref("Open")}, TIMESTAMP, None),
        ({POSITION: "AT_TIMESTAMP", SOURCE: KAFKA}, TIMESTAMP, "error"),
        ({POSITION: "AT_TIMESTAMP", TIME: 1, SOURCE: KAFKA}, TIMESTAMP, None),
        ({SOURCE: TABLE, POSITION: "AT_TIMESTAMP", TIME: 1}, TIMESTAMP, "error"),
        ({SOURCE: ref("Text"), POSITION: "AT_TIMESTAMP", TIME: 1}, TIMESTAMP, "undecided"),
        ({SOURCE: ref("Text")}, TIMESTAMP, None),
        ({POSITION: ref("Text")}, TIMESTAMP, None),
    ]
    for properties, code, severity in expected:
        assert verdict(shop(properties), code) == severity, (properties, code)
