"""Refuses dashboards with empty widgets, as CloudWatch does: ministack stores any text.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks

_provisioners = hooks.module("services.cloudformation.provisioners")
_CONTENT: Final = {"alarm": ("alarms",), "metric": ("metrics", "annotations"), "text": ("markdown",)}


def install() -> None:
    """Look at the dashboards of templates."""
    hooks.wrap(_provisioners, "_cw_dashboard_body", _body)


def _body(original: Callable[[Mapping[str, Any]], str], properties: Mapping[str, Any]) -> str:
    body = original(properties)
    for number, widget in enumerate(json.loads(body).get("widgets", ())):
        names = _CONTENT.get(widget.get("type"), ())
        if names and not any(widget.get("properties", {}).get(name) for name in names):
            place = f"/widgets/{number}/properties"
            raise ValueError(
                f"The dashboard body is invalid: {place}: Should have required property '{names[0]}'"
            )
    return body
