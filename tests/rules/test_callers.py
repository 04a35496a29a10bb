"""Callers in templates: a function answers within the time that each of them waits."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, function, parameter, ref, resource, template

SUB = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/functions/${Function.Arn}/invocations"}
JOIN = {"Fn::Join": ["", ["arn:aws:apigateway:::lambda:path/functions/", arn("Function"), "/invocations"]]}
LATE = "timeout-above-endpoint"
FIREHOSE = {"ParameterName": "LambdaArn", "ParameterValue": arn("Function")}
AUTHORIZED: Json = {"LambdaAuthorizerConfig": {"AuthorizerUri": arn("Function")}}
GROUP = resource("AWS::ElasticLoadBalancingV2::TargetGroup", Targets=[{"Id": arn("Function")}])
ROUTE = {"ApiId": ref("Socket"), "IntegrationUri": SUB}


def rest(**properties: Any) -> Json:
    return resource("AWS::ApiGateway::RestApi", **properties)


def http(**properties: Any) -> Json:
    return resource("AWS::ApiGatewayV2::Api", **properties)


def body(integration: Json) -> Json:
    return {
        "openapi": "3.0.1",
        "paths": {"/a/{b}": {"get": {"x-amazon-apigateway-integration": integration}}},
    }


def authorizer(section: str) -> Json:
    inner: Json = {"own": {"x-amazon-apigateway-authorizer": {"authorizerUri": SUB}}}
    return {"components": {section: inner}} if section == "securitySchemes" else {section: inner}


def mail(**action: Any) -> Json:
    actions = [{"LambdaAction": {"FunctionArn": arn("Function"), **action}}]
    return resource("AWS::SES::ReceiptRule", Rule={"Actions": actions})


# A code, a trigger, and the most seconds with which nothing is found; None if nothing ever is.
CASES: list[tuple[str, Json, int | None]] = [
    (LATE, rest(Body=body({"uri": SUB})), 29),
    (LATE, rest(Body=body({"uri": JOIN})), 29),
    (LATE, rest(Body=body({"uri": SUB, "timeoutInMillis": 60_000})), 60),
    (LATE, rest(Body=body({"uri": SUB, "responseTransferMode": "STREAM"})), None),
    (
        LATE,
        rest(
            Body=body(
                {
                    "uri": SUB,
                    "requestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
                }
            ),
        ),
        None,
    ),
    (LATE, rest(Body={"paths": {"/a": {"get": {}}}}), None),
    (LATE, http(Body=body({"uri": SUB})), 30),
    (LATE, http(Body=body({"uri": SUB, "timeoutInMillis": 5_000})), 5),
    (
        LATE,
        http(
            Body={"components": {"x-amazon-apigateway-integrations": {"a": {"uri": arn("Function")}}}},
        ),
        30,
    ),
    (LATE, resource("AWS::ApiGatewayV2::Api", ProtocolType="HTTP", Target=arn("Function")), 30),
    (LATE, resource("AWS::ApiGatewayV2::Integration", **ROUTE), 29),
    (
        "timeout-above-appsync",
        resource("AWS::AppSync::DataSource", LambdaConfig={"LambdaFunctionArn": arn("Function")}),
        30,
    ),
    (
        "timeout-above-appsync-authorizer",
        resource("AWS::AppSync::GraphQLApi", **AUTHORIZED),
        10,
    ),
    (
        "timeout-above-appsync-authorizer",
        resource(
            "AWS::AppSync::GraphQLApi",
            AdditionalAuthenticationProviders=[AUTHORIZED],
        ),
        10,
    ),
    ("timeout-above-http-api-authorizer", resource("AWS::ApiGatewayV2::Authorizer", AuthorizerUri=SUB), 10),
    (
        "timeout-above-http-api-authorizer",
        resource("AWS::ApiGatewayV2::Authorizer", ApiId=ref("Socket"), AuthorizerUri=SUB),
        None,
    ),
    ("timeout-above-http-api-authorizer", http(Body=authorizer("securitySchemes")), 10),
    ("timeout-above-http-api-authorizer", resource("AWS::ApiGateway::Authorizer", AuthorizerUri=SUB), None),
    (
        "timeout-above-http-api-authorizer",
        rest(Body=authorizer("securityDefinitions")),
        None,
    ),
    (
        "timeout-above-connect",
        resource("AWS::Connect::IntegrationAssociation", IntegrationArn=arn("Function")),
        8,
    ),
    (
        "timeout-above-firehose",
        resource(
            "AWS::KinesisFirehose::DeliveryStream",
            ExtendedS3DestinationConfiguration={
                "ProcessingConfiguration": {"Processors": [{"Type": "Lambda", "Parameters": [FIREHOSE]}]}
            },
        ),
        300,
    ),
    (
        "timeout-above-object-lambda",
        resource(
            "AWS::S3ObjectLambda::AccessPoint",
            ObjectLambdaConfiguration={
                "TransformationConfigurations": [
                    {"ContentTransformation": {"AwsLambda": {"FunctionArn": arn("Function")}}}
                ]
            },
        ),
        60,
    ),
    ("timeout-above-receipt-rule", mail(InvocationType="RequestResponse"), 30),
    ("timeout-above-receipt-rule", mail(), None),
    ("timeout-above-idle-timeout", GROUP, 60),
]  # fmt: skip


def test_each_caller_waits_as_long_as_its_service_documents() -> None:
    socket = resource("AWS::ApiGatewayV2::Api", ProtocolType="WEBSOCKET")
    balancer = resource("AWS::ElasticLoadBalancingV2::LoadBalancer")
    for code, trigger, longest in CASES:

        def reported(timeout: int, code: str = code, trigger: Json = trigger) -> list[tuple[str, str, str]]:
            own = {"Function": function(Timeout=timeout), "Socket": socket, "Balancer": balancer}
            return found(template(**own, Trigger=trigger), code)

        late = [(code, "warning", "Function")]
        assert reported(longest or 900) == [], (code, trigger)
        assert reported(901 if longest is None else longest + 1) == (late if longest else []), (code, trigger)


def test_routes_of_one_definition_are_one_finding() -> None:
    route = {"get": {"x-amazon-apigateway-integration": {"uri": SUB}}}
    api = rest(Body={"paths": {"/a": route, "/b": route}})

    (finding,) = findings(template(Function=function(Timeout=60), Api=api), LATE)

    assert finding.about == ("Api",)


def test_appsync_does_not_wait_for_an_event() -> None:
    source = resource("AWS::AppSync::DataSource", LambdaConfig={"LambdaFunctionArn": arn("Function")})
    for code, waits in (('"invocationType": "Event"', False), ('"operation": "Invoke"', True)):
        resolver = resource(
            "AWS::AppSync::Resolver",
            DataSourceName={"Fn::GetAtt": ["Source", "Name"]},
            RequestMappingTemplate=f"{{{code}}}",
        )
        shop = template(Function=function(Timeout=60), Source=source, Resolver=resolver)
        late = [("timeout-above-appsync", "warning", "Function")]
        assert found(shop, "timeout-above-appsync") == (late if waits else [])


def test_amazon_connect_does_not_wait_if_a_flow_asks_it_not_to() -> None:
    own = resource("AWS::Connect::IntegrationAssociation", IntegrationArn=arn("Function"))
    late = [("timeout-above-connect", "warning", "Function")]
    for content, waits in (("SYNCHRONOUS", True), ("ASYNCHRONOUS", False), ({"Ref": "Content"}, False)):
        text = content if isinstance(content, dict) else f'{{"InvocationType": "{content}"}}'
        flow = resource("AWS::Connect::ContactFlow", Content=text)
        shop = template(Function=function(Timeout=60), Own=own, Flow=flow)
        assert found(shop, "timeout-above-connect") == (late if waits else []), content


def test_the_load_balancer_has_its_own_idle_timeout() -> None:
    code = "timeout-above-idle-timeout"
    attribute = {"Key": "idle_timeout.timeout_seconds", "Value": "120"}
    cases: list[tuple[Any, str | None]] = [
        ([{"Key": "routing.http2.enabled", "Value": "true"}, attribute], None),
        ([{**attribute, "Value": "90"}], "warning"),
        ([{**attribute, "Value": "90.5"}], "undecided"),
        ([{**attribute, "Value": ref("Open")}], "undecided"),
        (ref("Open"), "undecided"),
        ([ref("Open")], "undecided"),
        ("malformed", "warning"),
    ]
    for attributes, severity in cases:
        balancer = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", LoadBalancerAttributes=attributes)
        shop = template(
            {"Parameters": {"Open": parameter()}},
            Function=function(Timeout=100),
            Group=GROUP,
            Balancer=balancer,
        )
        assert found(shop, code) == ([(code, severity, "Function")] if severity else []), attributes
    many = template(Function=function(Timeout=100), Group=GROUP)
    assert found(many, code) == [(code, "undecided", "Function")]
