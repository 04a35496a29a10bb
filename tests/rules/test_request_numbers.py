"""The numbers of endpoints: against the models of their services, and against each other."""

from __future__ import annotations

import re

from hypothesis import given

from lambda_constructs.rules import cors, defaults, derive, endpoint, load_balancer, ranges_requests, rest_api
from tests.for_each import for_each
from tests.rules.test_derive import PATHS
from tests.rules.test_limits import prose, shape


def member(service: str, structure: str, name: str) -> dict[str, object]:
    """The shape of a member."""
    found: dict[str, object] = shape(shape(structure, service)["members"][name]["shape"], service)
    return found


def test_an_http_api_waits_as_long_as_the_model_says() -> None:
    assert member("apigatewayv2", "Integration", "TimeoutInMillis")["max"] == endpoint.HTTP_API_TIMEOUT * 1000


def test_a_rest_api_waits_as_long_as_the_model_says_unless_the_quota_is_raised() -> None:
    text = prose("apigateway", "PutIntegrationRequest", "timeoutInMillis")

    assert f"between 50 and {rest_api.REST_API_TIMEOUT},000 milliseconds" in text
    assert "You can increase the default value to longer than 29 seconds for Regional or private APIs" in text


@for_each(
    ("service", "structure", "name", "maximum"),
    [
        ("lambda", "Cors", "MaxAge", ranges_requests.cors_max_age.high),
        ("apigatewayv2", "Cors", "MaxAge", ranges_requests.cors_max_age.high),
        (
            "apigatewayv2",
            "CreateAuthorizerRequest",
            "AuthorizerResultTtlInSeconds",
            ranges_requests.authorizer_cache.high,
        ),
        ("elbv2", "CreateRuleInput", "Priority", ranges_requests.listener_priority.high),
    ],
)
def test_maximum_is_the_one_of_the_model(service: str, structure: str, name: str, maximum: int) -> None:
    assert member(service, structure, name)["max"] == maximum


def test_a_load_balancer_waits_as_long_as_the_model_says_unless_told_otherwise() -> None:
    text = prose("elbv2", "LoadBalancerAttribute", "Key")

    assert "idle_timeout.timeout_seconds - The idle timeout value, in seconds." in text
    assert f"The default is {load_balancer.IDLE_TIMEOUT_DEFAULT} seconds" in text.split("idle_timeout", 1)[1]


def test_target_group_name_is_as_long_as_the_model_says() -> None:
    text = prose("elbv2", "CreateTargetGroupInput", "Name")

    assert f"maximum of {derive.TARGET_GROUP_NAME_MAXIMUM} characters" in text


def test_http_api_name_is_as_long_as_the_model_says() -> None:
    assert "StringWithLengthBetween1And128" in str(
        shape("CreateApiRequest", "apigatewayv2")["members"]["Name"]
    )
    assert derive.HTTP_API_NAME_MAXIMUM == 128


@given(PATHS)
def test_target_group_name_has_the_form_that_the_load_balancer_asks_for(path: str) -> None:
    name = derive.target_group_name("Shop", path)

    assert len(name) <= derive.TARGET_GROUP_NAME_MAXIMUM
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", name)


def test_target_groups_of_two_stacks_or_workloads_have_different_names() -> None:
    names = {derive.target_group_name(stack, path) for stack in ("Beta", "Prod") for path in ("A", "B")}

    assert len(names) == 4


@given(PATHS)
def test_http_api_name_is_the_end_of_the_path(path: str) -> None:
    name = derive.http_api_name(path)

    assert path.endswith(name)
    assert 1 <= len(name) <= derive.HTTP_API_NAME_MAXIMUM


def test_a_function_that_starts_slowly_answers_before_every_endpoint_times_out() -> None:
    start = 10  # seconds: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html

    assert defaults.HTTP_TIMEOUT + start < min(
        endpoint.HTTP_API_TIMEOUT, rest_api.REST_API_TIMEOUT, load_balancer.IDLE_TIMEOUT_DEFAULT
    )


def test_latency_is_an_alarm_at_half_of_the_time_that_there_is() -> None:
    assert derive.latency(15) == 7.5
    assert endpoint.latency_above_timeout(int(derive.latency(15)), 15) is None


def test_defaults_pass_the_rules() -> None:
    rate, burst = defaults.THROTTLING_RATE, defaults.THROTTLING_BURST

    assert endpoint.throttling_range(rate, burst) is None
    assert endpoint.throttling_above_account(rate, burst) is None
    assert ranges_requests.cors_max_age(defaults.CORS_MAX_AGE) is None
    assert [cors.cors_method(method) for method in defaults.CORS_METHODS] == [None] * 6
    assert ranges_requests.authorizer_cache(defaults.AUTHORIZER_CACHE) is None
