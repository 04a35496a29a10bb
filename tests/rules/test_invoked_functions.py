"""A function may invoke what its environment names: the alias of another function, or the function itself."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, alias, arn, found, function, ref, resource, template, version
from tests.rules.test_missing_rights import allow, role

CODE = "invoked-without-permission"
INVOKE = "lambda:InvokeFunction"


def shop(value: Any, *documents: Json, **options: Any) -> Json:
    """A function that gets a value in its environment, and whose role has these permissions."""
    caller = function(Role=arn("Role"), Environment={"Variables": {"TARGET": value}})
    own = {"Function": function(), "Second": function(), "Version": version(), "Live": alias()}
    return template(**own, Caller=caller, Role=role(*documents, **options))


def test_the_name_without_the_alias_needs_a_permission_for_the_function() -> None:
    live, bare = ref("Live"), arn("Function")
    late = {"Fn::Join": ["", [arn("Function"), ":live"]]}
    any_version = {"Fn::Join": ["", [arn("Function"), ":*"]]}
    warned = [(CODE, "warning", "Caller")]
    cases: list[tuple[Any, Any, list[tuple[str, str, str]]]] = [
        (ref("Function"), live, warned),
        (bare, live, warned),
        (bare, [live, "arn:aws:lambda:eu-west-1:123456789012:function:other"], warned),
        (bare, [live, arn("Second")], warned),
        (live, bare, warned),
        (late, bare, warned),
        (live, late, []),
        (late, live, []),
        (ref("Function"), [live, bare], []),
        (ref("Function"), [live, any_version], []),
        (ref("Function"), "*", []),
        (ref("Function"), "arn:aws:lambda:*:*:function:*", []),
        (ref("Function"), arn("Other"), []),
        (ref("Version"), live, []),
        ("orders", live, []),
    ]
    for value, resources, expected in cases:
        assert found(shop(value, allow(INVOKE, resources)), CODE) == expected, (value, resources)


def test_a_role_that_does_not_invoke_or_may_invoke_everything_or_is_not_known_is_not_judged() -> None:
    bare, live = ref("Function"), ref("Live")
    excluded = {"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]}
    invoker = "arn:aws:iam::aws:policy/service-role/AWSLambdaRole"
    for judged in (
        shop(bare),
        shop(bare, allow("lambda:GetFunction", live)),
        shop(bare, allow(INVOKE, live), excluded),
        shop(bare, allow(INVOKE, live), managed=[invoker]),
        shop(bare, allow(INVOKE, live), managed=["arn:aws:iam::aws:policy/PowerUserAccess"]),
        template(
            Function=function(Environment={"Variables": {"TARGET": bare}}), Role=resource("AWS::IAM::Role")
        ),
    ):
        assert found(judged, CODE) == []
