"""HTTP APIs, REST APIs and function URLs: who may call, who may invoke, what is told, what is counted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.tests.doors import Api, Door, FunctionUrl, HttpApi, RestApi
from emulator.tests.releases import SHIFTING, Release, Settings, canary, role
from emulator.tests.support import observed, total
from emulator.tests.versions import two_versions
from examples.http_caller import Caller, Response
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy

DOORS = (HttpApi, RestApi, FunctionUrl)
MEGABYTE = 1024 * 1024
CALL, INVOKE = "lambda:InvokeFunctionUrl", "lambda:InvokeFunction"

FAILS_AS_SECOND = """
def handler(event, context):
    return {"statusCode": 503 if "SECOND" in globals() else 200, "body": ""}
"""


def told(response: Response) -> tuple[int, str]:
    """The status and the message of an error."""
    body = response.json
    return response.status, body.get("message") or body["Message"]


FORBIDDEN = {
    HttpApi: (500, "Internal Server Error"),
    RestApi: (500, "Internal server error"),
    FunctionUrl: (403, "Forbidden"),
}


@pytest.mark.parametrize("kind", DOORS)
def test_a_front_door_needs_the_permission_of_the_alias(
    emulator: Emulator, plain: Emulator, kind: type[Door]
) -> None:
    door = kind(emulator)
    assert told(door.ask()) == FORBIDDEN[kind]
    assert door.runs() == 0
    assert door.noted("call-denied" if kind is FunctionUrl else "invoke-denied") == 1

    door.permit()
    assert door.ask().json == {"done": True}
    assert door.runs() == 1

    assert kind(plain).ask().json == {"done": True}


@pytest.mark.parametrize("kind", [HttpApi, RestApi])
def test_the_permission_names_api_stage_method_and_path(
    emulator: Emulator, plain: Emulator, kind: type[Api]
) -> None:
    door = kind(emulator)
    for resource in (f"{door.stage}/GET/orders", f"{door.stage}/POST/order", "test/POST/orders"):
        door.permit(resource)
    door.permit(api="0a1b2c3d")
    assert told(door.ask()) == FORBIDDEN[kind]

    door.permit(f"{door.stage}/POST/orders")
    assert door.ask().status == 200

    plain_door = kind(plain)
    plain_door.permit(api="0a1b2c3d")
    assert plain_door.ask().status == 200


def test_a_function_url_needs_both_permissions(emulator: Emulator, plain: Emulator) -> None:
    for where, status in ((emulator, 403), (plain, 200)):
        door = FunctionUrl(where)
        door.permit_call()
        assert door.ask().status == status

    called = [each for each in emulator.journal() if each["kind"] == "call-denied"]
    assert [each["missing"] for each in called] == [[INVOKE]]


@pytest.mark.parametrize("kind", [HttpApi, RestApi])
def test_an_authorizer_needs_the_permission_of_its_function(
    emulator: Emulator, plain: Emulator, kind: type[Api]
) -> None:
    door = kind(emulator)
    door.permit(f"{door.stage}/POST/orders")
    authorizer = door.authorize()
    assert door.ask(Authorization="please").status == 500
    assert door.runs() == 0

    door.permit(f"authorizers/{authorizer}")
    assert door.ask(Authorization="please").status == 200
    assert door.ask(Authorization="or else").status == 403
    assert door.ask().status == 401
    assert door.runs() == 1

    plain_door = kind(plain)
    plain_door.authorize()
    assert plain_door.ask(Authorization="please").status == 200


def test_an_http_api_with_iam_lets_in_who_signs_and_is_allowed_to(
    emulator: Emulator, plain: Emulator
) -> None:
    door = HttpApi(emulator, authorization="AWS_IAM")
    door.permit()
    refused = (403, "Forbidden")
    assert told(door.ask()) == refused
    assert told(door.ask(Authorization="Bearer of bad news")) == refused
    assert told(door.ask(caller=door.user())) == refused
    assert door.runs() == 0
    assert door.ask(caller=door.user("execute-api:Invoke")).status == 200
    assert door.ask(caller=Caller.to(emulator)).status == 200

    plain_door = HttpApi(plain, authorization="AWS_IAM")
    assert plain_door.ask(Authorization="Bearer of bad news").status == 200
    assert told(plain_door.ask(caller=plain_door.user())) != refused


def test_a_rest_api_with_iam_lets_in_who_signs_and_is_allowed_to(emulator: Emulator) -> None:
    """As ministack has it: what the library's REST APIs rely on."""
    door = RestApi(emulator, authorization="AWS_IAM")
    door.permit()
    assert told(door.ask()) == (403, "Missing Authentication Token")
    assert door.ask(caller=door.user()).status == 403
    assert door.runs() == 0
    assert door.ask(caller=door.user("execute-api:Invoke")).status == 200


def test_a_function_url_with_iam_asks_for_both_actions(emulator: Emulator, plain: Emulator) -> None:
    door = FunctionUrl(emulator, authorization="AWS_IAM")
    for caller in (door.stranger, door.user(CALL), door.user(INVOKE)):
        assert door.ask(caller=caller).status == 403
    assert door.runs() == 0
    assert door.ask(caller=door.user(CALL, INVOKE)).status == 200

    plain_door = FunctionUrl(plain, authorization="AWS_IAM")
    assert plain_door.ask(caller=plain_door.user(CALL)).status == 200


# Of each front door: an error of the function, what is no response, a throttled function, a large request,
# and a large answer.
FAILURES: dict[type[Door], list[int]] = {
    HttpApi: [500, 200, 503, 413, 500],
    RestApi: [502, 502, 500, 413, 502],
    FunctionUrl: [502, 200, 429, 413, 502],
}
PLAIN = [502, 200, 200, 200, 200]  # there, a throttled function's alias is not throttled
SECRET = b"a secret of the function"


def failures(door: Door) -> list[Response]:
    """What a client is told of everything that can go wrong."""
    answers = [door.ask("do=raise"), door.ask("do=ramble")]
    door.client.put_function_concurrency(FunctionName=door.name, ReservedConcurrentExecutions=0)
    answers.append(door.ask())
    door.client.delete_function_concurrency(FunctionName=door.name)
    answers.append(door.ask(body=b"." * (6 * MEGABYTE + 1)))
    answers.append(door.ask(f"do=answer&bytes={6 * MEGABYTE + 1}"))
    return answers


@pytest.mark.parametrize("kind", DOORS)
def test_a_client_is_told_of_a_failure_and_not_why(
    emulator: Emulator, plain: Emulator, kind: type[Door]
) -> None:
    door = kind(emulator)
    door.permit()
    answers = failures(door)
    assert [answer.status for answer in answers] == FAILURES[kind]
    assert SECRET not in answers[0].body
    # Neither a throttled request nor a large one is an invocation; a large answer is an error.
    dimensions = {"FunctionName": door.name, "Resource": f"{door.name}:live"}
    counted = [total(emulator, "AWS/Lambda", name, dimensions) for name in ("Invocations", "Errors")]
    assert counted == [door.runs(), 2] == [3, 2]

    plainly = failures(kind(plain))
    assert [answer.status for answer in plainly] == PLAIN
    assert SECRET in plainly[0].body


@pytest.mark.parametrize(("kind", "status"), [(HttpApi, 503), (RestApi, 504)])
def test_an_api_waits_no_longer_than_its_integration_timeout(
    emulator: Emulator, plain: Emulator, kind: type[Api], status: int
) -> None:
    for where, expected in ((emulator, status), (plain, 200)):
        door = kind(where)
        door.permit()
        door.hurry(milliseconds=50)
        assert door.ask("do=hang&seconds=0.5").status == expected
        assert observed(door.runs, lambda runs: runs == 1) == 1


TIMES = ("Latency", "IntegrationLatency")
METRICS: dict[type[Door], tuple[tuple[str, ...], tuple[str, ...]]] = {
    HttpApi: (("Count", "4xx", "5xx"), TIMES),
    RestApi: (("Count", "4XXError", "5XXError"), TIMES),
    FunctionUrl: (("UrlRequestCount", "Url4xxCount", "Url5xxCount"), ("UrlRequestLatency",)),
}


@pytest.mark.parametrize("kind", DOORS)
def test_requests_are_counted_by_what_was_answered(
    emulator: Emulator, plain: Emulator, kind: type[Door]
) -> None:
    counts, times = METRICS[kind]
    for where, expected in ((emulator, [4, 1, 2]), (plain, [0, 0, 0])):
        door = kind(where)
        door.permit()
        for query in ("", "status=404", "status=503", "do=raise"):
            door.ask(query)
        assert [door.total(name) for name in counts] == expected
        assert all((door.total(name) > 0) == (where is emulator) for name in times)


def test_who_is_not_let_in_is_counted_too(emulator: Emulator) -> None:
    api = HttpApi(emulator, authorization="AWS_IAM")
    url = FunctionUrl(emulator)
    for door in (api, url):
        door.ask()
    assert [api.total("Count"), api.total("4xx")] == [1, 1]
    assert [url.total("UrlRequestCount"), url.total("Url4xxCount")] == [1, 1]


def test_a_release_is_stopped_by_the_share_of_its_requests_that_fail(emulator: Emulator) -> None:
    """It raises on nothing, so only the API knows."""
    name = "fails-as-second"
    settings = Settings(routing=canary(50, 60), alarms={"Enabled": True, "Alarms": [{"Name": f"{name}-5xx"}]})
    with (
        two_versions(emulator, name, FAILS_AS_SECOND),
        role(emulator, f"{name}-deploys", "codedeploy", SHIFTING),
        ThreadPoolExecutor(1) as pool,
    ):
        release = Release(emulator, name, settings)
        release.create()
        door = HttpApi(emulator, alias=f"{name}:stack-live")
        door.permit()
        watch(door, f"{name}-5xx")
        release.start()
        end = pool.submit(release.settled)
        statuses = set()
        while not end.done():
            statuses.add(door.ask().status)

        assert end.result() == "UPDATE_ROLLBACK_COMPLETE"
        assert statuses == {200, 503}
        assert release.alias() == ("1", {})
        assert "stopped" in release.kinds()
        release.delete()


def watch(door: Door, alarm: str) -> None:
    """Have an alarm on a fifth of the requests failing."""
    namespace, dimensions, failed = door.metric
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]

    def query(identifier: str, metric: str, statistic: str) -> dict[str, object]:
        stat = {"Namespace": namespace, "MetricName": metric, "Dimensions": named}
        of = {"Metric": stat, "Period": 60, "Stat": statistic}
        return {"Id": identifier, "MetricStat": of, "ReturnData": False}

    door.emulator.client("cloudwatch").put_metric_alarm(
        AlarmName=alarm,
        Metrics=[
            query("failed", failed, "Sum"),
            query("requests", "Count", "SampleCount"),
            {"Id": "share", "Expression": "100*failed/requests", "ReturnData": True},
        ],
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Threshold=20,
        EvaluationPeriods=1,
        TreatMissingData="notBreaching",
    )
