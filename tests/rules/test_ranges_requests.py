"""Ranges of endpoints in templates, where AWS has the property."""

from __future__ import annotations

from typing import Any

from tests.audit.support import found, parameter, ref, resource, template

AUTHORIZER = "AWS::ApiGatewayV2::Authorizer"


def verdicts(code: str, kind: str, **properties: Any) -> list[str]:
    """What a rule says of one resource with these properties."""
    sections = {"Parameters": {"Number": parameter(), "Items": parameter("CommaDelimitedList")}}
    return [severity for _, severity, _ in found(template(sections, One=resource(kind, **properties)), code)]


def test_priority_of_a_listener_rule() -> None:
    kind, code = "AWS::ElasticLoadBalancingV2::ListenerRule", "listener-priority"

    for priority, expected in [
        (1, []),
        ("50000", []),
        (0, ["error"]),
        (50_001, ["error"]),
        (ref("Number"), ["undecided"]),
    ]:
        assert verdicts(code, kind, Priority=priority) == expected
    assert verdicts(code, kind) == []


def test_cache_of_an_authorizer() -> None:
    for kind in ("AWS::ApiGateway::Authorizer", AUTHORIZER):
        for seconds, expected in [(0, []), (3_600, []), (3_601, ["error"]), (ref("Number"), ["undecided"])]:
            assert verdicts("authorizer-cache", kind, AuthorizerResultTtlInSeconds=seconds) == expected
        assert verdicts("authorizer-cache", kind) == []


def test_age_of_a_preflight_response() -> None:
    for seconds, of_url, of_api in [
        (0, [], []),
        (86_400, [], []),
        (86_401, ["error"], ["error"]),
        (-1, ["error"], []),
        (-2, ["error"], ["error"]),
        (ref("Number"), ["undecided"], ["undecided"]),
    ]:
        age = {"MaxAge": seconds}
        assert verdicts("cors-max-age", "AWS::Lambda::Url", Cors=age) == of_url
        assert verdicts("cors-max-age", "AWS::ApiGatewayV2::Api", CorsConfiguration=age) == of_api


def test_audience_of_a_jwt_authorizer() -> None:
    for audience, expected in [
        (["shop"], []),
        (["shop"] * 50, []),
        ([], ["error"]),
        (["shop"] * 51, ["error"]),
        (ref("Items"), ["undecided"]),
    ]:
        configuration = {"Issuer": "https://login.shop.example", "Audience": audience}
        assert verdicts("jwt-audience", AUTHORIZER, JwtConfiguration=configuration) == expected
    assert verdicts("jwt-audience", AUTHORIZER) == []


def test_scopes_of_a_route() -> None:
    for scopes, expected in [(["read"] * 10, []), (["read"] * 11, ["error"]), (ref("Items"), ["undecided"])]:
        assert verdicts("scopes-maximum", "AWS::ApiGatewayV2::Route", AuthorizationScopes=scopes) == expected
    assert verdicts("scopes-maximum", "AWS::ApiGatewayV2::Route") == []
    # AWS documents no quota for the methods of a REST API.
    assert verdicts("scopes-maximum", "AWS::ApiGateway::Method", AuthorizationScopes=["read"] * 11) == []
