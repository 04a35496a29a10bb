"""The sample: some published templates, and each finding in them judged by reading the template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from lambda_constructs.template.cfn_yaml import parse_yaml

FOLDER = Path(__file__).parent
TEMPLATES = sorted((FOLDER / "templates").iterdir())


class Judged(NamedTuple):
    """A finding and what is to be said of it.

    Attributes:
        template: The file.
        code: The rule.
        resource: The logical id.
        verdict: `true`, or `false` if the finding is not to the point.
        sample: `1`, or `2` if nobody had seen the template when its rules were written.
        reason: What the template says.
    """

    template: str
    code: str
    resource: str
    verdict: str
    sample: str
    reason: str


def judged() -> list[Judged]:
    """Every finding that was read."""
    lines = (FOLDER / "judged.tsv").read_text().splitlines()[1:]
    return [Judged(*line.split("\t")) for line in lines]


def load(file: Path) -> Any:
    """A template, whether JSON or YAML."""
    text = file.read_text(errors="replace")
    return json.loads(text) if file.suffix == ".json" else parse_yaml(text)
