"""Synthesizes all variants, and a mistake, with CDK's validator on, and strict.

A program of its own: the validator is chosen by the environment before CDK is loaded.
"""

import json
import tempfile
from collections.abc import Callable, Mapping

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from tests.support import flags
from tests.variants import VARIANTS

STRICT = {
    "@aws-cdk/core:strictCfnValidateErrors": True,
    "@aws-cdk/core:validateAgainstDefaultRules": True,
}


def mistake(stack: cdk.Stack) -> None:
    """A function with a mistake that only a validator sees."""
    lambda_.CfnFunction(
        stack,
        "Function",
        code=lambda_.CfnFunction.CodeProperty(zip_file="x"),
        role="arn:aws:iam::123456789012:role/orders",
        runtime="python3.14",
        handler="index.handler",
        tracing_config=lambda_.CfnFunction.TracingConfigProperty(mode="ACTIVE"),
    )


def refusal(outdir: str, builders: Mapping[str, Callable[[cdk.Stack], None]]) -> str:
    """Why the synthesis of an app with a stack for each builder fails; an empty text if it does not."""
    app = cdk.App(context={**flags(), **STRICT}, outdir=outdir, analytics_reporting=False)
    for name, build in builders.items():
        build(cdk.Stack(app, name.replace("_", "-")))
    try:
        app.synth()
    except RuntimeError as error:
        return str(error)
    return ""


with tempfile.TemporaryDirectory() as outdir:
    found = {
        "variants": refusal(f"{outdir}/variants", VARIANTS),
        "mistake": refusal(f"{outdir}/mistake", {"mistake": mistake}),
    }
print(json.dumps(found))
