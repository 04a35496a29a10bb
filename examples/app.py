"""The examples: one app, one stack each."""

import sys
from pathlib import Path

import aws_cdk as cdk

# The CDK CLI runs this file as a script; the examples are imported from the repository's root.
sys.path.insert(0, str(Path(__file__).parents[1]))

from examples.order_worker.stack import OrderWorkerStack

app = cdk.App()
OrderWorkerStack(app, "OrderWorker")
app.synth()
