"""`ops policy`: the IAM policy that a command needs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any, Final

from .workloads import Clients

_FIND: Final = {
    "cloudformation:DescribeStacks": "region",
    "cloudformation:GetTemplate": "stack",
    "cloudformation:ListStackResources": "stack",
}
_DEPLOYMENTS: Final = {
    "codedeploy:ListDeployments": "deploymentgroup",
    "codedeploy:GetDeployment": "deploymentgroup",
}
_EVENTS: Final = {"lambda:GetFunctionConfiguration": "function", "logs:FilterLogEvents": "log-group"}
ACTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "logs": _FIND | _EVENTS,
    "prune": _FIND
    | {
        "lambda:DeleteFunction": "version",
        "lambda:GetProvisionedConcurrencyConfig": "function",
        "lambda:ListAliases": "function",
        "lambda:ListEventSourceMappings": "*",
        "lambda:ListVersionsByFunction": "function",
    },
    "redrive": _FIND
    | {
        "dynamodb:GetRecords": "table-stream",
        "dynamodb:GetShardIterator": "table-stream",
        "events:ListTargetsByRule": "rule",
        "kinesis:GetRecords": "stream",
        "kinesis:GetShardIterator": "stream",
        "lambda:GetFunctionConfiguration": "function",
        "lambda:GetFunctionEventInvokeConfig": "function",
        "lambda:InvokeFunction": "function",
        "lambda:ListEventSourceMappings": "*",
        "s3:DeleteObject": "object",
        "s3:GetObject": "object",
        "s3:ListBucket": "bucket",
        "sns:ListSubscriptionsByTopic": "topic",
        "sqs:ChangeMessageVisibility": "queue",
        "sqs:DeleteMessage": "queue",
        "sqs:GetQueueAttributes": "queue",
        "sqs:GetQueueUrl": "queue",
        "sqs:ReceiveMessage": "queue",
        "sqs:SendMessage": "queue",
    },
    "rollback": _FIND
    | _DEPLOYMENTS
    | {
        "codedeploy:StopDeployment": "deploymentgroup",
        "lambda:GetAlias": "function",
        "lambda:GetFunctionConfiguration": "function",
        "lambda:UpdateAlias": "function",
    },
    "smoke": _FIND | {"lambda:InvokeFunction": "function"},
    "status": _FIND
    | _DEPLOYMENTS
    | _EVENTS
    | {
        "cloudformation:DescribeStacks": "stack",
        "cloudwatch:DescribeAlarms": "*",
        "cloudwatch:GetMetricStatistics": "*",
        "codedeploy:BatchGetDeploymentTargets": "*",
        "codedeploy:ListDeploymentTargets": "*",
        "lambda:GetAlias": "function",
        "lambda:GetFunctionConcurrency": "function",
        "lambda:GetFunctionEventInvokeConfig": "function",
        "lambda:GetProvisionedConcurrencyConfig": "function",
        "lambda:ListEventSourceMappings": "*",
        "sqs:GetQueueAttributes": "queue",
        "sqs:GetQueueUrl": "queue",
    },
    "unwedge": _FIND
    | _DEPLOYMENTS
    | {
        "cloudformation:ContinueUpdateRollback": "stack",
        "cloudformation:DescribeStacks": "stack",
        "lambda:GetAlias": "function",
        "lambda:GetFunctionConfiguration": "function",
        "lambda:UpdateAlias": "function",
    },
}
"""The actions of each command, with the kind of resource that they act on."""

_ARNS: Final = {
    "*": ("*",),
    "bucket": ("arn:{partition}:s3:::{lower}*",),
    "deploymentgroup": (
        "arn:{partition}:codedeploy:{region}:{account}:deploymentgroup:{names}*/*",
        "arn:{partition}:codedeploy:{region}:{account}:application:{names}*",
    ),
    "function": ("arn:{partition}:lambda:{region}:{account}:function:{names}*",),
    "log-group": ("arn:{partition}:logs:{region}:{account}:log-group:{within}",),
    "object": ("arn:{partition}:s3:::{lower}*/*",),
    "queue": ("arn:{partition}:sqs:{region}:{account}:{names}*",),
    "region": ("*",),
    "rule": (
        "arn:{partition}:events:{region}:{account}:rule/{names}*",
        "arn:{partition}:events:{region}:{account}:rule/*/{names}*",
    ),
    "stack": (
        "arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/*",
        # Its nested stacks, by the logical id that CDK gives them; not another stack whose name begins so.
        "arn:{partition}:cloudformation:{region}:{account}:stack/{names}*NestedStack*/*",
    ),
    "stream": ("arn:{partition}:kinesis:{region}:{account}:stream/{names}*",),
    "table-stream": ("arn:{partition}:dynamodb:{region}:{account}:table/{names}*/stream/*",),
    "topic": ("arn:{partition}:sns:{region}:{account}:{names}*",),
    "version": ("arn:{partition}:lambda:{region}:{account}:function:{names}*:*",),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("commands", nargs="*", type=_command, metavar="COMMAND", help="default: all")
    parser.add_argument("--stack", default="*", help="stack of the workloads (default: all stacks and names)")
    for name, default in (("partition", "aws"), ("account", "*")):
        parser.add_argument(f"--{name}", default=default, help=f"default: {default}")


def _command(text: str) -> str:
    if text not in ACTIONS:
        raise argparse.ArgumentTypeError(f"{text} is not one of {', '.join(ACTIONS)}")
    return text


def run(_: Clients, arguments: argparse.Namespace) -> int:
    """Print one policy for some commands, or for all."""
    names = arguments.commands or ACTIONS
    actions = {action: kind for name in names for action, kind in ACTIONS[name].items()}
    print(
        json.dumps(
            policy(
                actions,
                stack=arguments.stack,
                partition=arguments.partition,
                region=arguments.region or "*",
                account=arguments.account,
            ),
            indent=2,
        )
    )
    return 0


def policy(
    actions: Mapping[str, str], *, stack: str, partition: str, region: str, account: str
) -> dict[str, Any]:
    """The policy for actions on the resources of a stack: a statement for each kind of resource.

    `actions` has the kind of resource of each action. `stack` is the name of the stack, with which the names
    that CloudFormation generates begin, or `*`.
    """
    names = "" if stack == "*" else f"{stack}-"
    facts = {
        "stack": stack,
        "names": names,
        "lower": names.lower(),
        "within": "*" if stack == "*" else f"*{stack}*",
        "partition": partition,
        "region": region,
        "account": account,
    }
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": sorted(action for action, of in actions.items() if of == kind),
                "Resource": [*dict.fromkeys(each.format(**facts) for each in arns)],
            }
            for kind, arns in _ARNS.items()
            # With --stack, a command does not look in all stacks of the region.
            if kind in actions.values() and (kind, stack == "*") != ("region", False)
        ],
    }
