"""Triggers of user pools in templates: a function answers within the time that Cognito waits."""

from __future__ import annotations

from tests.audit.support import Json, arn, found, function, resource, template
from tests.for_each import for_each

COGNITO = "timeout-above-trigger"


@for_each(
    ("configuration", "waits"),
    [
        ({"PreSignUp": arn("Function")}, True),
        ({"PreTokenGenerationConfig": {"LambdaArn": arn("Function"), "LambdaVersion": "V2_0"}}, True),
        ({"CustomEmailSender": {"LambdaArn": arn("Function"), "LambdaVersion": "V1_0"}}, False),
        ({"KMSKeyID": arn("Key")}, False),
    ],
)
def test_cognito_waits_five_seconds(configuration: Json, waits: object) -> None:
    pool = resource("AWS::Cognito::UserPool", LambdaConfig=configuration)
    key = resource("AWS::KMS::Key")

    assert found(template(Function=function(Timeout=5), Pool=pool, Key=key), COGNITO) == []
    late = found(template(Function=function(Timeout=6), Pool=pool, Key=key), COGNITO)
    assert late == ([(COGNITO, "warning", "Function")] if waits else [])
