"""The examples: one app with one stack for each example."""

import sys
from pathlib import Path

import aws_cdk as cdk

# The CDK CLI runs this file as a script, but the examples are imported from the repository's root.
sys.path.insert(0, str(Path(__file__).parents[1]))

from examples.activity_scores.stack import ActivityScoresStack
from examples.all_in_one.stack import AllInOneStack
from examples.daily_report.stack import DailyReportStack
from examples.event_fanout.stack import EventFanoutStack
from examples.order_worker.stack import OrderWorkerStack
from examples.task_api.stack import TaskApiStack
from examples.thumbnails.stack import ThumbnailsStack

STACKS = {
    "ActivityScores": ActivityScoresStack,
    "AllInOne": AllInOneStack,
    "DailyReport": DailyReportStack,
    "EventFanout": EventFanoutStack,
    "OrderWorker": OrderWorkerStack,
    "TaskApi": TaskApiStack,
    "Thumbnails": ThumbnailsStack,
}

app = cdk.App()
# With `--exclusively` the CDK CLI passes the stacks that it needs. Otherwise the app makes all of them.
wanted = STACKS.keys() & (app.node.try_get_context("aws:cdk:bundling-stacks") or ())
for name in sorted(wanted or STACKS):
    STACKS[name](app, name)
if app.node.try_get_context("removal-policy") == "destroy":
    cdk.RemovalPolicies.of(app).destroy()
app.synth()
