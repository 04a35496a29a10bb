"""Applies the filters of a mapping to records whose content is encoded: those of Kafka and Amazon MQ.

Lambda decodes the `value` of a Kafka record and the `data` of a message of Amazon MQ before it compares them
with a pattern; content that is not JSON is compared as text.

    https://docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html
    https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..core import hooks

Record = dict[str, Any]

_lambda = hooks.module("services.lambda_svc")
_CONTENTS: Final = ("value", "data")
_PLACE: Final = "emulator_place"


def kept(records: Sequence[Record], mapping: Mapping[str, Any]) -> list[Record]:
    """The records that the function of a mapping gets."""
    decoded = [{**_decoded(record), _PLACE: place} for place, record in enumerate(records)]
    return [records[each[_PLACE]] for each in _lambda._apply_filter_criteria(decoded, mapping)]


def _decoded(record: Record) -> Record:
    return record | {name: _content(record[name]) for name in _CONTENTS if record.get(name)}


def _content(encoded: str) -> object:
    text = base64.b64decode(encoded).decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
