"""Mistakes in AWS SAM templates, as their author writes them: the template with the mistake, and without."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

Json = dict[str, Any]

_SQS: Final = {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Queue", "Arn"]}}}
_API: Final = {"Type": "Api", "Properties": {"Path": "/orders", "Method": "get"}}
_WRITE: Final = {
    "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::orders/*"}]
}
_DAILY: Final = {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}
_S3: Final = {"Type": "S3", "Properties": {"Bucket": {"Ref": "Bucket"}, "Events": "s3:ObjectCreated:*"}}
_CODE_DEPLOY: Final = {
    "AutoPublishAlias": "live",
    "DeploymentPreference": {"Type": "Canary10Percent5Minutes"},
}


class SamMistake(NamedTuple):
    """A mistake in a SAM template.

    Attributes:
        title: What is wrong.
        wrong: The template with the mistake.
        right: The same template without it.
    """

    title: str
    wrong: Json
    right: Json


def _function(**properties: Any) -> Json:
    common: Json = {
        "Handler": "app.handler",
        "Runtime": "python3.14",
        "CodeUri": "s3://code/app.zip",
        "Timeout": 30,
    }
    return {"Type": "AWS::Serverless::Function", "Properties": {**common, **properties}}


def _queue(visibility: int, **properties: Any) -> Json:
    dead = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 5}
    return {
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"VisibilityTimeout": visibility, "RedrivePolicy": dead, **properties},
        },
        "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": 1_209_600}},
    }


def _template(function: Json, globals_: Json | None = None, **resources: Json) -> Json:
    found: Json = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Function": function, **resources},
    }
    return found if globals_ is None else {**found, "Globals": {"Function": globals_}}


def _reader(**properties: Any) -> Json:
    return _function(Events={"Orders": _SQS}, **properties)


def _bucket(**properties: Any) -> Json:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "orders", **properties}}


SAM_MISTAKES: Final = (
    SamMistake(
        "memory of 64 MB in `Globals`",
        _template(_function(), {"MemorySize": 64}),
        _template(_function(), {"MemorySize": 128}),
    ),
    SamMistake(
        "plaintext secret in an environment variable",
        _template(_function(Environment={"Variables": {"DB_PASSWORD": "hunter2hunter2"}})),
        _template(_function(Environment={"Variables": {"DB_NAME": "orders"}})),
    ),
    SamMistake(
        "timeout longer than the implicit API waits",
        _template(_function(Timeout=60, Events={"Get": _API})),
        _template(_function(Timeout=29, Events={"Get": _API})),
    ),
    SamMistake(
        "`AWS::Serverless::HttpApi` event with a timeout of a minute",
        _template(_function(Timeout=60, Events={"Get": {**_API, "Type": "HttpApi"}})),
        _template(_function(Timeout=30, Events={"Get": {**_API, "Type": "HttpApi"}})),
    ),
    SamMistake(
        "queue whose visibility timeout is shorter than the function's timeout",
        _template(_reader(), **_queue(10)),
        _template(_reader(), **_queue(180)),
    ),
    SamMistake(
        "queue without a dead-letter queue",
        _template(_reader(), Queue={"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 180}}),
        _template(_reader(), **_queue(180)),
    ),
    SamMistake(
        "function writes to the bucket that triggers it",
        _template(_function(Events={"New": _S3}, Policies=[_WRITE]), Bucket=_bucket()),
        _template(_function(Events={"New": _S3}), Bucket=_bucket()),
    ),
    SamMistake(
        "function has administrator permissions",
        _template(_function(Policies=["AdministratorAccess"])),
        _template(_function()),
    ),
    SamMistake(
        "public function URL",
        _template(_function(FunctionUrlConfig={"AuthType": "NONE"})),
        _template(_function(FunctionUrlConfig={"AuthType": "AWS_IAM"})),
    ),
    SamMistake(
        "canary without an alarm",
        _template(_function(**_CODE_DEPLOY)),
        _template(_function(AutoPublishAlias="live")),
    ),
    SamMistake(
        "failed asynchronous events are lost",
        _template(_function(Events={"Daily": _DAILY})),
        _template(
            _function(
                Events={"Daily": _DAILY},
                EventInvokeConfig={"DestinationConfig": {"OnFailure": {"Type": "SQS"}}},
            )
        ),
    ),
)  # fmt: skip
