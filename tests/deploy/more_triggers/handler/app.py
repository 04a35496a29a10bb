"""Answers requests with its name, and fails messages that say so."""

from __future__ import annotations

import json
import os
from typing import Any


def answer(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Say which function answers which route."""
    return {"statusCode": 200, "body": json.dumps([os.environ["NAME"], event["routeKey"]])}


def process(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Fail the messages that are bad."""
    failed = [each["messageId"] for each in event["Records"] if each["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
