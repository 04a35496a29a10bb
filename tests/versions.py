"""Writes the templates of every option to a file, whatever Python and CDK run it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import aws_cdk as cdk

from tests.support import flags
from tests.variants import VARIANTS


def main(file: str) -> None:
    app = cdk.App(context=flags(), analytics_reporting=False)
    for name, build_variant in VARIANTS.items():
        build_variant(cdk.Stack(app, name.replace("_", "-")))
    templates = {each.stack_name: each.template for each in app.synth().stacks}
    Path(file).write_text(json.dumps(templates))


if __name__ == "__main__":
    main(sys.argv[1])
