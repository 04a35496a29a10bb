"""Raw SAM templates: each kind of event with two kinds of functions, and what else SAM expands."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

SAM: Final = "AWS::Serverless-2016-10-31"
EVENTS: Final[dict[str, Json]] = {
    "AlexaSkill": {},
    "MQ": {
        "Broker": "arn:aws:mq:us-east-1:123456789012:broker:b:1",
        "Queues": ["q"],
        "SourceAccessConfigurations": [{"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:::secret:s"}],
    },
    "Api": {"Path": "/orders", "Method": "get"},
    "CloudWatchEvent": {"Pattern": {"source": ["aws.ec2"]}},
    "CloudWatchLogs": {"LogGroupName": "orders", "FilterPattern": ""},
    "Cognito": {"UserPool": {"Ref": "Pool"}, "Trigger": "PreSignUp"},
    "DocumentDB": {
        "Cluster": "arn:aws:rds:us-east-1:123456789012:cluster:c",
        "DatabaseName": "d",
        "SourceAccessConfigurations": [{"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:::secret:s"}],
    },
    "DynamoDB": {"Stream": {"Fn::GetAtt": ["Table", "StreamArn"]}, "StartingPosition": "LATEST"},
    "EventBridgeRule": {"Pattern": {"source": ["shop"]}},
    "HttpApi": {"Path": "/orders", "Method": "post"},
    "IoTRule": {"Sql": "SELECT * FROM 'shop'"},
    "Kinesis": {"Stream": {"Fn::GetAtt": ["Stream", "Arn"]}, "StartingPosition": "TRIM_HORIZON"},
    "MSK": {
        "Stream": "arn:aws:kafka:us-east-1:123456789012:cluster/c/1",
        "Topics": ["t"],
        "StartingPosition": "LATEST",
    },
    "S3": {"Bucket": {"Ref": "Bucket"}, "Events": "s3:ObjectCreated:*"},
    "SNS": {"Topic": {"Ref": "Topic"}},
    "SQS": {"Queue": {"Fn::GetAtt": ["Queue", "Arn"]}, "BatchSize": 20_000},
    "Schedule": {"Schedule": "rate(5 minutes)"},
    "ScheduleV2": {"ScheduleExpression": "rate(5 minutes)"},
    "SelfManagedKafka": {
        "KafkaBootstrapServers": ["k:9092"],
        "Topics": ["t"],
        "SourceAccessConfigurations": [{"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:::secret:s"}],
    },
}
# What an event refers to.
NEEDS: Final[dict[str, Json]] = {
    "Cognito": {"Pool": {"Type": "AWS::Cognito::UserPool"}},
    "DynamoDB": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}},
        }
    },
    "Kinesis": {"Stream": {"Type": "AWS::Kinesis::Stream"}},
    "S3": {"Bucket": {"Type": "AWS::S3::Bucket"}},
    "SNS": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "SQS": {"Queue": {"Type": "AWS::SQS::Queue"}},
}
# Properties of functions that SAM expands, or names differently.
PROPERTIES: Final[dict[str, Json]] = {
    "alias": {"AutoPublishAlias": "live", "DeploymentPreference": {"Type": "Canary10Percent5Minutes"}},
    "asynchronous": {"EventInvokeConfig": {"DestinationConfig": {"OnFailure": {"Type": "SQS"}}}},
    "dead letters": {"DeadLetterQueue": {"Type": "SQS", "TargetArn": {"Fn::GetAtt": ["Queue", "Arn"]}}},
    "environment": {"Environment": {"Variables": {"DB_PASSWORD": "hunter2"}}},
    "managed policies": {"Policies": ["AdministratorAccess", "AmazonS3FullAccess"]},
    "policy statements": {
        "Policies": [{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}]
    },
    "policy templates": {
        "Policies": [{"SQSPollerPolicy": {"QueueName": {"Fn::GetAtt": ["Queue", "QueueName"]}}}]
    },
    "provisioned": {
        "AutoPublishAlias": "live",
        "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2},
        "ReservedConcurrentExecutions": 1,
    },
    "snap start": {"SnapStart": {"ApplyOn": "PublishedVersions"}, "Runtime": "python3.9"},
    "tracing": {"Tracing": "Active"},
    "url": {"FunctionUrlConfig": {"AuthType": "NONE"}},
    "vpc": {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}},
}


def function(**properties: Any) -> Json:
    """A function whose code is in S3, and whose memory AWS refuses."""
    common: Json = {
        "Handler": "app.handler",
        "Runtime": "python3.13",
        "CodeUri": "s3://code/app.zip",
        "MemorySize": 20_000,
    }
    return {"Type": "AWS::Serverless::Function", "Properties": {**common, **properties}}


def template(sections: Json | None = None, /, **resources: Json) -> Json:
    """A raw template."""
    return {"Transform": SAM, **(sections or {}), "Resources": resources}


def templates() -> dict[str, Json]:
    """All of them, by what they show."""
    found: dict[str, Json] = {}
    for kind, properties in EVENTS.items():
        event = {"E": {"Type": kind, "Properties": properties}}
        for name, more in (("", {}), (" of an alias", {"AutoPublishAlias": "live", "Timeout": 60})):
            found[f"{kind}{name}"] = template(Fn=function(Events=event, **more), **NEEDS.get(kind, {}))
    for name, more in PROPERTIES.items():
        found[name] = template(Fn=function(**more), Queue=NEEDS["SQS"]["Queue"])
    image = function(PackageType="Image", ImageUri="123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1")
    for name in ("Handler", "Runtime", "CodeUri"):
        del image["Properties"][name]
    connector = {"C": {"Properties": {"Destination": {"Id": "Queue"}, "Permissions": ["Write"]}}}
    body = {"openapi": "3.0.1", "info": {"title": "a", "version": "1"}, "paths": {}}
    found |= {
        "image": template(Fn=image),
        "globals": template({"Globals": {"Function": {"Timeout": 901}}}, Fn=function(), Other=function()),
        "connector": template(Fn={**function(), "Connectors": connector}, Queue=NEEDS["SQS"]["Queue"]),
        "api": template(
            Api={
                "Type": "AWS::Serverless::Api",
                "Properties": {"StageName": "prod", "DefinitionBody": body},
            },
            Fn=function(),
        ),
        "layer and table": template(
            Layer={
                "Type": "AWS::Serverless::LayerVersion",
                "Properties": {"ContentUri": "s3://code/layer.zip"},
            },
            Table={"Type": "AWS::Serverless::SimpleTable"},
            Fn=function(Layers=[{"Ref": "Layer"}] * 6),
        ),
    }
    return found
