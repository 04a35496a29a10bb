"""Filter patterns of CloudWatch Logs, and the metrics and subscriptions that they make."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import function_resource, role_resource, stack, typed
from emulator.tests.support import eventually, printed, statement, total
from lambda_constructs_emulator.process import Emulator
from lambda_constructs_emulator.server.logs.filter_patterns import compiled

FIDELITY = Fidelity(
    "Amazon CloudWatch Logs",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html",
)
EVENT = {
    "level": "ERROR",
    "took": 21.5,
    "code": 404,
    "ok": False,
    "none": None,
    "a.b": "x",
    "user": {"name": 'Ann "A" B', "ids": [{"id": 1}, {"id": 2}]},
}
LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
MATCHING = {
    json.dumps(EVENT): (
        *("", '{ $.level = "ERROR" }', "{ $.level = ERR* }", "{$.level=%^ERR%}", '{ $.level != "INFO" }'),
        *(
            "{ $.took > 20 }",
            "{ $.took <= 2.15e1 }",
            "{ $.code = 404 }",
            "{ $.code = 4* }",
            "{ $.code != 500 }",
        ),
        *("{ $.ok IS FALSE }", "{ $.none IS NULL }", "{ $.more NOT EXISTS }", "{ $.['a.b'] = x }"),
        *(
            '{ $.user.name = "Ann \\"A\\" B" }',
            "{ $.user.ids[1].id = 2 }",
            "{ $.user.ids[*].id = 2 }",
            "{ $.ok = * }",
        ),
        *(
            '{ ($.level = "INFO" || $.took > 1) && $.code = 404 }',
            "{ $.level = INFO && $.code = 1 || $.ok = * }",
        ),
        *('"ERROR"', '{ ($.user.name = "*") }'),
    ),
    LINE: (
        *("frank", '"GET /index.html"', "frank 404", "?frank ?nobody", "frank -nobody", "%[0-9]{3} 1%"),
        *(
            "[ip, id, user, time, request, status, bytes]",
            "[..., status=4*, bytes>1000]",
            "[..., (status=404 && status!=5*), bytes]",
            "[ip, ..., bytes=1534]",
        ),
        *('[ip, id, user="frank", ...]', "[..., request=*.html*, status=404 || status=410, bytes]"),
    ),
}
OTHER = {
    json.dumps(EVENT): (
        *(
            '{ $.level = "INFO" }',
            '{ $.more != "x" }',
            "{ $.took > 21.5 }",
            "{ $.ok IS TRUE }",
            "{ $.level NOT EXISTS }",
        ),
        *("{ $.user.ids[2].id = 2 }", '{ $.level = "ERROR" && $.code = 500 }', "{ $.code = 40 }", "[level]"),
    ),
    LINE: (
        *(
            "Frank",
            "frank nobody",
            "?nobody ?more",
            "frank -404",
            "{ $.ip = 127* }",
            "[ip, user]",
            "[..., bytes>2000]",
        ),
        *("[ip, id, user, time, request, status!=404, bytes]", '-"GET /"'),
    ),
}
BROKEN = (
    "{ $.level }",
    '{ $.level = "ERROR" ',
    "{ $.took > many }",
    "{ ($.a = 1 }",
    "[a, , b]",
    "{ $.a = 1 $.b = 2 }",
)


def test_patterns_of_terms_of_json_and_of_fields() -> None:
    for message, patterns in MATCHING.items():
        assert [each for each in patterns if compiled(each)(message) is None] == []
    for message, patterns in OTHER.items():
        assert [each for each in patterns if compiled(each)(message) is not None] == []
    for pattern in BROKEN:
        with pytest.raises(ValueError):  # noqa: PT011 - the words do not matter
            print(compiled(pattern))


READER = """
import base64, gzip
def handler(event, context):
    data = gzip.decompress(base64.b64decode(event["awslogs"]["data"]))
    print(data.decode())
"""


def counted(name: str, pattern: str, **transformation: object) -> dict[str, object]:
    metric = {"MetricNamespace": "Shop", "MetricName": name, "MetricValue": "1", **transformation}
    properties = {"LogGroupName": {"Ref": "Log"}, "FilterPattern": pattern, "MetricTransformations": [metric]}
    return typed("AWS::Logs::MetricFilter", properties)


@pytest.mark.deploy
def test_what_matches_is_counted_delivered_and_found(emulator: Emulator) -> None:
    errors = '{ $.level = "ERROR" }'
    permission = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": "Reader"},
        "Principal": "logs.amazonaws.com",
    }
    subscription = {
        "DestinationArn": {"Fn::GetAtt": ["Reader", "Arn"]},
        "FilterPattern": errors,
        "LogGroupName": {"Ref": "Log"},
    }
    resources = {
        "Role": role_resource(statement("logs:*")),
        "Reader": function_resource(READER, FunctionName="reader"),
        "Permission": typed("AWS::Lambda::Permission", permission),
        "Log": typed("AWS::Logs::LogGroup", {"LogGroupName": "shop"}),
        "Subscription": {
            **typed("AWS::Logs::SubscriptionFilter", subscription),
            "DependsOn": "Permission",
        },
        "Errors": counted("Errors", errors, DefaultValue=0),
        "Quiet": counted("Quiet", "nothing", DefaultValue=5),
        "Took": counted(
            "Took",
            "{ $.took = * }",
            MetricValue="$.took",
            Dimensions=[{"Key": "Site", "Value": "$.site"}],
            Unit="Milliseconds",
        ),
    }
    lines = [{"level": "ERROR", "took": 7, "site": "a"}, {"level": "INFO", "note": "level ERROR", "took": 2}]
    with stack(emulator, "logs") as made:
        assert made.create(resources) == "CREATE_COMPLETE", made.reasons()
        logs = emulator.client("logs")
        logs.create_log_stream(logGroupName="shop", logStreamName="one")
        events = [{"timestamp": int(time.time() * 1000), "message": json.dumps(each)} for each in lines]
        logs.put_log_events(logGroupName="shop", logStreamName="one", logEvents=events)

        assert [total(emulator, "Shop", name, {}) for name in ("Errors", "Quiet")] == [1, 5]
        assert [total(emulator, "Shop", "Took", {"Site": site}) for site in ("a", "b")] == [7, 0]
        found = logs.filter_log_events(logGroupName="shop", filterPattern=errors)["events"]
        assert [json.loads(each["message"]) for each in found] == lines[:1]
        with pytest.raises(ClientError, match="Invalid filter pattern"):
            logs.filter_log_events(logGroupName="shop", filterPattern="{ $.level }")
        assert made.update({**resources, "Quiet": counted("Quiet", "[a, , b]")}) == "UPDATE_ROLLBACK_COMPLETE"
        assert "Invalid filter pattern" in made.reasons()
        assert eventually(lambda: len(printed(emulator, "reader")) == 1)
        delivered = printed(emulator, "reader")[0]["logEvents"]
        assert [json.loads(each["message"]) for each in delivered] == lines[:1]
