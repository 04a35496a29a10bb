"""HTTP APIs, REST APIs and function URLs: who may call, who may invoke, what is told, what is counted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.tests.endpoints import Api, Endpoint, FunctionUrl, HttpApi, RestApi
from emulator.tests.fidelity import Fidelity
from emulator.tests.releases import SHIFTING, Release, Settings, canary, role
from emulator.tests.support import observed, total
from emulator.tests.versions import two_versions
from lambda_constructs_emulator.kit.http import Caller, Response
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon API Gateway and function URLs",
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html",
)

ENDPOINTS = (HttpApi, RestApi, FunctionUrl)
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


@pytest.mark.parametrize("kind", ENDPOINTS)
def test_an_endpoint_needs_the_permission_of_the_alias(
    emulator: Emulator, plain: Emulator, kind: type[Endpoint]
) -> None:
    endpoint = kind(emulator)
    assert told(endpoint.ask()) == FORBIDDEN[kind]
    assert endpoint.runs() == 0
    assert endpoint.noted("call-denied" if kind is FunctionUrl else "invoke-denied") == 1

    endpoint.permit()
    assert endpoint.ask().json == {"done": True}
    assert endpoint.runs() == 1

    assert kind(plain).ask().json == {"done": True}


@pytest.mark.parametrize("kind", [HttpApi, RestApi])
def test_the_permission_names_api_stage_method_and_path(
    emulator: Emulator, plain: Emulator, kind: type[Api]
) -> None:
    endpoint = kind(emulator)
    for resource in (f"{endpoint.stage}/GET/orders", f"{endpoint.stage}/POST/order", "test/POST/orders"):
        endpoint.permit(resource)
    endpoint.permit(api="0a1b2c3d")
    assert told(endpoint.ask()) == FORBIDDEN[kind]

    endpoint.permit(f"{endpoint.stage}/POST/orders")
    assert endpoint.ask().status == 200

    plain_endpoint = kind(plain)
    plain_endpoint.permit(api="0a1b2c3d")
    assert plain_endpoint.ask().status == 200


def test_a_function_url_needs_both_permissions(emulator: Emulator, plain: Emulator) -> None:
    for where, status in ((emulator, 403), (plain, 200)):
        endpoint = FunctionUrl(where)
        endpoint.permit_call()
        assert endpoint.ask().status == status

    called = [each for each in emulator.journal() if each["kind"] == "call-denied"]
    assert [each["missing"] for each in called] == [[INVOKE]]


@pytest.mark.parametrize("kind", [HttpApi, RestApi])
def test_an_authorizer_needs_the_permission_of_its_function(
    emulator: Emulator, plain: Emulator, kind: type[Api]
) -> None:
    endpoint = kind(emulator)
    endpoint.permit(f"{endpoint.stage}/POST/orders")
    authorizer = endpoint.authorize()
    assert endpoint.ask(Authorization="please").status == 500
    assert endpoint.runs() == 0

    endpoint.permit(f"authorizers/{authorizer}")
    assert endpoint.ask(Authorization="please").status == 200
    assert endpoint.ask(Authorization="or else").status == 403
    assert endpoint.ask().status == 401
    assert endpoint.runs() == 1

    plain_endpoint = kind(plain)
    plain_endpoint.authorize()
    assert plain_endpoint.ask(Authorization="please").status == 200


def test_an_http_api_with_iam_lets_in_who_signs_and_is_allowed_to(
    emulator: Emulator, plain: Emulator
) -> None:
    endpoint = HttpApi(emulator, authorization="AWS_IAM")
    endpoint.permit()
    refused = (403, "Forbidden")
    assert told(endpoint.ask()) == refused
    assert told(endpoint.ask(Authorization="Bearer of bad news")) == refused
    assert told(endpoint.ask(caller=endpoint.user())) == refused
    assert endpoint.runs() == 0
    assert endpoint.ask(caller=endpoint.user("execute-api:Invoke")).status == 200
    assert endpoint.ask(caller=Caller.to(emulator)).status == 200

    plain_endpoint = HttpApi(plain, authorization="AWS_IAM")
    assert plain_endpoint.ask(Authorization="Bearer of bad news").status == 200
    assert told(plain_endpoint.ask(caller=plain_endpoint.user())) != refused


def test_a_rest_api_with_iam_lets_in_who_signs_and_is_allowed_to(emulator: Emulator) -> None:
    """As ministack has it: what the library's REST APIs rely on."""
    endpoint = RestApi(emulator, authorization="AWS_IAM")
    endpoint.permit()
    assert told(endpoint.ask()) == (403, "Missing Authentication Token")
    assert endpoint.ask(caller=endpoint.user()).status == 403
    assert endpoint.runs() == 0
    assert endpoint.ask(caller=endpoint.user("execute-api:Invoke")).status == 200


def test_a_function_url_with_iam_asks_for_both_actions(emulator: Emulator, plain: Emulator) -> None:
    endpoint = FunctionUrl(emulator, authorization="AWS_IAM")
    for caller in (endpoint.stranger, endpoint.user(CALL), endpoint.user(INVOKE)):
        assert endpoint.ask(caller=caller).status == 403
    assert endpoint.runs() == 0
    assert endpoint.ask(caller=endpoint.user(CALL, INVOKE)).status == 200

    plain_endpoint = FunctionUrl(plain, authorization="AWS_IAM")
    assert plain_endpoint.ask(caller=plain_endpoint.user(CALL)).status == 200


# Of each endpoint: an error of the function, what is no response, a throttled function, a large request,
# and a large answer.
FAILURES: dict[type[Endpoint], list[int]] = {
    HttpApi: [500, 200, 503, 413, 500],
    RestApi: [502, 502, 500, 413, 502],
    FunctionUrl: [502, 200, 429, 413, 502],
}
PLAIN = [502, 200, 200, 200, 200]  # there, a throttled function's alias is not throttled
SECRET = b"a secret of the function"


def failures(endpoint: Endpoint) -> list[Response]:
    """What a client is told of everything that can go wrong."""
    answers = [endpoint.ask("do=raise"), endpoint.ask("do=ramble")]
    endpoint.client.put_function_concurrency(FunctionName=endpoint.name, ReservedConcurrentExecutions=0)
    answers.append(endpoint.ask())
    endpoint.client.delete_function_concurrency(FunctionName=endpoint.name)
    answers.append(endpoint.ask(body=b"." * (6 * MEGABYTE + 1)))
    answers.append(endpoint.ask(f"do=answer&bytes={6 * MEGABYTE + 1}"))
    return answers


@pytest.mark.parametrize("kind", ENDPOINTS)
def test_a_client_is_told_of_a_failure_and_not_why(
    emulator: Emulator, plain: Emulator, kind: type[Endpoint]
) -> None:
    endpoint = kind(emulator)
    endpoint.permit()
    answers = failures(endpoint)
    assert [answer.status for answer in answers] == FAILURES[kind]
    assert SECRET not in answers[0].body
    # Neither a throttled request nor a large one is an invocation; a large answer is an error.
    dimensions = {"FunctionName": endpoint.name, "Resource": f"{endpoint.name}:live"}
    counted = [total(emulator, "AWS/Lambda", name, dimensions) for name in ("Invocations", "Errors")]
    assert counted == [endpoint.runs(), 2] == [3, 2]
    assert [endpoint.ask(f"do=say&status={status}").status for status in (201, "none")] == [
        201,
        answers[-1].status,
    ]

    plainly = failures(kind(plain))
    assert [answer.status for answer in plainly] == PLAIN
    assert SECRET in plainly[0].body


@pytest.mark.parametrize(("kind", "status"), [(HttpApi, 503), (RestApi, 504)])
def test_an_api_waits_no_longer_than_its_integration_timeout(
    emulator: Emulator, plain: Emulator, kind: type[Api], status: int
) -> None:
    for where, expected in ((emulator, status), (plain, 200)):
        endpoint = kind(where)
        endpoint.permit()
        endpoint.hurry(milliseconds=50)
        assert endpoint.ask("do=hang&seconds=0.5").status == expected
        assert observed(endpoint.runs, lambda runs: runs == 1) == 1


TIMES = ("Latency", "IntegrationLatency")
METRICS: dict[type[Endpoint], tuple[tuple[str, ...], tuple[str, ...]]] = {
    HttpApi: (("Count", "4xx", "5xx"), TIMES),
    RestApi: (("Count", "4XXError", "5XXError"), TIMES),
    FunctionUrl: (("UrlRequestCount", "Url4xxCount", "Url5xxCount"), ("UrlRequestLatency",)),
}


@pytest.mark.parametrize("kind", ENDPOINTS)
def test_requests_are_counted_by_what_was_answered(
    emulator: Emulator, plain: Emulator, kind: type[Endpoint]
) -> None:
    counts, times = METRICS[kind]
    for where, expected in ((emulator, [4, 1, 2]), (plain, [0, 0, 0])):
        endpoint = kind(where)
        endpoint.permit()
        for query in ("", "status=404", "status=503", "do=raise"):
            endpoint.ask(query)
        assert [endpoint.total(name) for name in counts] == expected
        assert all((endpoint.total(name) > 0) == (where is emulator) for name in times)


def test_who_is_not_let_in_is_counted_too(emulator: Emulator) -> None:
    api = HttpApi(emulator, authorization="AWS_IAM")
    url = FunctionUrl(emulator)
    for endpoint in (api, url):
        endpoint.ask()
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
        endpoint = HttpApi(emulator, alias=f"{name}:stack-live")
        endpoint.permit()
        watch(endpoint, f"{name}-5xx")
        release.start()
        end = pool.submit(release.settled)
        statuses = set()
        while not end.done():
            statuses.add(endpoint.ask().status)

        assert end.result() == "UPDATE_ROLLBACK_COMPLETE"
        assert statuses == {200, 503}
        assert release.alias() == ("1", {})
        assert "stopped" in release.kinds()
        release.delete()


def watch(endpoint: Endpoint, alarm: str) -> None:
    """Have an alarm on a fifth of the requests failing."""
    namespace, dimensions, failed = endpoint.metric
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]

    def query(identifier: str, metric: str, statistic: str) -> dict[str, object]:
        stat = {"Namespace": namespace, "MetricName": metric, "Dimensions": named}
        of = {"Metric": stat, "Period": 60, "Stat": statistic}
        return {"Id": identifier, "MetricStat": of, "ReturnData": False}

    endpoint.emulator.client("cloudwatch").put_metric_alarm(
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
