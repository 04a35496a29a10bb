"""Rules for reports and costs of whole apps."""

from __future__ import annotations

from typing import Final

from ...rules.rule import Words, rule
from .urls import MEMORY_URL

_ASSEMBLY_URL: Final = "https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html"


@rule(why="A folder without templates would look like an app without functions.", source=_ASSEMBLY_URL)
def assembly_form(_: Words, found: str) -> str | None:
    """The folder that `cdk synth` writes."""
    return f"this is not a cloud assembly: {found}; run `cdk synth` and pass cdk.out"


@rule(why="Traffic that is not understood would cost nothing.", source=MEMORY_URL)
def traffic_form(_: Words, found: str) -> str | None:
    """Traffic by the path of each workload, with the numbers that sizing knows."""
    return (
        f"this is not a description of traffic: {found}; write "
        '{"<path>": {"requests": [<low>, <expected>, <high>], "billed_ms": <ms>}}'
    )
