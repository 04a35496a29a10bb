"""Synthesizes the variants named on the command line with CDK's validator on, and strict.

A program of its own: the validator is chosen by the environment before CDK is loaded.
"""

import json
import sys
import tempfile

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


builders = {**VARIANTS, "mistake": mistake}
with tempfile.TemporaryDirectory() as outdir:
    app = cdk.App(context={**flags(), **STRICT}, outdir=outdir, analytics_reporting=False)
    for name in sys.argv[1:]:
        builders[name](cdk.Stack(app, name.replace("_", "-")))
    app.synth()
print(json.dumps({"synthesized": sys.argv[1:]}))
