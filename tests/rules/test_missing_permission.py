"""Triggers whose service may not invoke the function, or not send to the dead-letter queue."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    arn,
    findings,
    found,
    function,
    parameter,
    queue,
    ref,
    resource,
    template,
    version,
)

CODE, QUEUE = "trigger-without-permission", "dead-letter-queue-forbids-sender"
SENT = "queue-forbids-sender"
SECTIONS = {"Parameters": {"Open": parameter("String")}}


def permission(principal: Any = "events.amazonaws.com", of: Any = None, **properties: Any) -> Json:
    name = ref("Function") if of is None else of
    return resource("AWS::Lambda::Permission", FunctionName=name, Principal=principal, **properties)


def rule(target: Any = None, **properties: Any) -> Json:
    own = {"Id": "T", "Arn": arn("Function") if target is None else target, **properties}
    return resource("AWS::Events::Rule", Targets=[own])


def shop(**resources: Json) -> Json:
    return template(SECTIONS, Function=function(), **resources)


URI = {"Fn::Sub": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"}
TRIGGERS: dict[str, Json] = {
    "events": rule(),
    "sns": resource("AWS::SNS::Subscription", Protocol="lambda", Endpoint=arn("Function")),
    "s3": resource(
        "AWS::S3::Bucket",
        NotificationConfiguration={"LambdaConfigurations": [{"Function": arn("Function")}]},
    ),
    "apigateway": resource("AWS::ApiGateway::Method", Integration={"Uri": URI}),
    "logs": resource("AWS::Logs::SubscriptionFilter", DestinationArn=arn("Function")),
    "cognito-idp": resource("AWS::Cognito::UserPool", LambdaConfig={"PreSignUp": arn("Function")}),
    "config": resource(
        "AWS::Config::ConfigRule",
        Source={"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": arn("Function")},
    ),
}


MORE = (
    ("apigateway", resource("AWS::ApiGatewayV2::Authorizer", AuthorizerUri=URI)),
    (
        "elasticloadbalancing",
        resource("AWS::ElasticLoadBalancingV2::TargetGroup", Targets=[{"Id": arn("Function")}]),
    ),
    (
        "iot",
        resource(
            "AWS::IoT::TopicRule",
            TopicRulePayload={"Actions": [{"Lambda": {"FunctionArn": arn("Function")}}]},
        ),
    ),
    (
        "ses",
        resource(
            "AWS::SES::ReceiptRule", Rule={"Actions": [{"LambdaAction": {"FunctionArn": arn("Function")}}]}
        ),
    ),
)


def test_triggers_need_a_permission_of_their_service() -> None:
    for service, trigger in (*TRIGGERS.items(), *MORE):
        refused = [(CODE, "error", "Trigger")]
        assert found(shop(Trigger=trigger), CODE) == refused, service
        assert found(shop(Trigger=trigger, P=permission("other.amazonaws.com")), CODE) == refused, service
        for principal in (f"{service}.amazonaws.com", "*", ref("Open")):
            assert found(shop(Trigger=trigger, P=permission(principal)), CODE) == [], service
        sure = template(
            SECTIONS, Function=function(), Other=function(), Trigger=trigger, P=permission(of="x")
        )
        assert found(sure, CODE) == refused


def test_permission_for_another_source_is_none() -> None:
    topic, api = resource("AWS::SNS::Topic"), resource("AWS::ApiGateway::RestApi")
    subscription = resource(
        "AWS::SNS::Subscription", Protocol="lambda", Endpoint=arn("Function"), TopicArn=ref("Own")
    )
    method = resource("AWS::ApiGateway::Method", RestApiId=ref("Own"), Integration={"Uri": URI})
    in_text = {"Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Source}/*"}
    for service, trigger, source, source_arn in (
        ("sns", subscription, topic, ref("Source")),
        ("apigateway", method, api, in_text),
        ("events", rule(), rule(ref("Elsewhere")), arn("Source")),
        ("s3", TRIGGERS["s3"], resource("AWS::S3::Bucket"), arn("Source")),
    ):
        allowed = permission(f"{service}.amazonaws.com", SourceArn=source_arn)
        both = shop(Trigger=trigger, Own=source, Source=source, P=allowed)
        assert found(both, CODE) == [(CODE, "error", "Trigger")], service
        assert found(shop(Trigger=trigger, Own=source, Source=queue(), P=allowed), CODE) == [], service
        assert found(shop(Source=trigger, Own=source, P=allowed), CODE) == [], service
    elsewhere = permission("sns.amazonaws.com", SourceArn=ref("Source"))
    assert found(shop(Trigger=TRIGGERS["sns"], Source=topic, P=elsewhere), CODE) == []


def test_triggers_that_use_a_role_need_none() -> None:
    for trigger in (
        rule(RoleArn="arn:aws:iam::123456789012:role/invoke"),
        resource("AWS::ApiGateway::Method", Integration={"Uri": URI, "Credentials": "arn:aws:iam::1:role/i"}),
        resource("AWS::ApiGatewayV2::Integration", IntegrationUri=URI, CredentialsArn="r"),
        resource("AWS::ApiGateway::Authorizer", AuthorizerUri=URI, AuthorizerCredentials="r"),
        resource("AWS::ApiGatewayV2::Authorizer", AuthorizerUri=URI, AuthorizerCredentialsArn="r"),
        resource("AWS::Scheduler::Schedule", Target={"Arn": arn("Function"), "RoleArn": "r"}),
        resource("AWS::Config::ConfigRule", Source={"Owner": "AWS", "SourceIdentifier": "S3_BUCKET"}),
    ):
        assert found(shop(Trigger=trigger), CODE) == []


def test_permission_of_an_unknown_function_may_be_for_any() -> None:
    assert found(shop(Trigger=rule(), P=permission(of=ref("Open"))), CODE) == []


def test_permission_is_for_the_alias_that_is_invoked() -> None:
    own = {"Version": version(), "Alias": alias(), "Trigger": rule(ref("Alias"))}

    assert found(shop(**own, P=permission(of=ref("Alias"))), CODE) == []
    assert found(shop(**own, P=permission()), CODE) == [(CODE, "error", "Trigger")]
    any_alias = {"Fn::Sub": "${Function}:${Open}"}
    assert found(shop(**own, P=permission(of=any_alias)), CODE) == []
    assert found(shop(Trigger=rule(any_alias), P=permission()), CODE) == []


def test_routes_that_need_one_permission_are_one_finding() -> None:
    method = TRIGGERS["apigateway"]

    (finding,) = findings(shop(One=method, Two=method), CODE)

    assert (finding.resource, finding.about) == ("One", ("Function", "Two"))
    targets = [{"Id": each, "Arn": arn("Function")} for each in ("One", "Two")]

    (finding,) = findings(shop(Rule=resource("AWS::Events::Rule", Targets=targets)), CODE)

    assert (finding.resource, finding.about) == ("Rule", ("Function",))


def policy(principal: Any, action: Any = "sqs:SendMessage", effect: str = "Allow", of: Any = None) -> Json:
    statement = {"Effect": effect, "Principal": principal, "Action": action, "Resource": arn("Failures")}
    document = {"Statement": statement}
    return resource("AWS::SQS::QueuePolicy", Queues=[of or ref("Failures")], PolicyDocument=document)


def test_dead_letter_queue_needs_a_policy_for_the_sender() -> None:
    events = {"Service": "events.amazonaws.com"}
    kept = rule(DeadLetterConfig={"Arn": arn("Failures")})
    topic = resource(
        "AWS::SNS::Subscription",
        Protocol="lambda",
        Endpoint=arn("Function"),
        RedrivePolicy={"deadLetterTargetArn": arn("Failures")},
    )
    refused = [(QUEUE, "error", "Trigger")]
    for made, expected in (
        (policy(events), []),
        (policy({"Service": ["sns.amazonaws.com", "events.amazonaws.com"]}, ["sqs:*"]), []),
        (policy("*"), []),
        (policy({"AWS": "*"}, ref("Open")), []),
        (policy(ref("Open")), [(QUEUE, "undecided", "Trigger")]),
        (policy(events, of=ref("Open")), []),
        (policy(events, of=ref("Other")), refused),
        (policy(events, "sqs:ReceiveMessage"), refused),
        (policy(events, effect="Deny"), refused),
        (policy({"Service": "sns.amazonaws.com"}), refused),
        (policy({"AWS": "arn:aws:iam::123456789012:root"}), refused),
    ):
        source = shop(Trigger=kept, Failures=queue(), Other=queue(), Policy=made)
        assert found(source, QUEUE) == expected, made
    assert found(shop(Trigger=topic, Failures=queue()), QUEUE) == refused
    assert (
        found(shop(Trigger=topic, Failures=queue(), Policy=policy({"Service": "sns.amazonaws.com"})), QUEUE)
        == []
    )
    assert found(shop(Trigger=rule(DeadLetterConfig={"Arn": "arn:aws:sqs:eu-west-1:1:q"})), QUEUE) == []


def test_queue_needs_a_policy_for_what_sends_to_it() -> None:
    sns, events = ({"Service": f"{each}.amazonaws.com"} for each in ("sns", "events"))
    for sender, principal in (
        (resource("AWS::SNS::Subscription", Protocol="sqs", Endpoint=arn("Failures")), sns),
        (resource("AWS::SNS::Topic", Subscription=[{"Protocol": "sqs", "Endpoint": arn("Failures")}]), sns),
        (rule(arn("Failures")), events),
        (
            resource(
                "AWS::S3::Bucket",
                NotificationConfiguration={"QueueConfigurations": [{"Queue": arn("Failures")}]},
            ),
            {"Service": "s3.amazonaws.com"},
        ),
    ):
        own = {"Sender": sender, "Failures": queue()}
        assert found(shop(**own), SENT) == [(SENT, "error", "Sender")]
        assert found(shop(**own, Policy=policy({"AWS": "arn:aws:iam::1:root"})), SENT) != []
        assert found(shop(**own, Policy=policy(principal)), SENT) == []
        assert found(shop(**own, Policy=policy(ref("Open"))), SENT) == [(SENT, "undecided", "Sender")]
    role = "arn:aws:iam::123456789012:role/r"
    assert found(shop(Sender=rule(arn("Failures"), RoleArn=role), Failures=queue()), SENT) == []
    assert found(shop(Sender=rule()), SENT) == []
