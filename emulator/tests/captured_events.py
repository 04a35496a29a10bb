"""Triggers of every kind for one function, which returns the events that it gets to the test."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from emulator.tests.support import observed, policy, printed, statement, trusting
from lambda_constructs_emulator.clients import REGION, Client
from lambda_constructs_emulator.kit import Mail
from lambda_constructs_emulator.kit.http import Caller, Response
from lambda_constructs_emulator.process import ACCOUNT, Emulator

NAME = "captures"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}"
HANDLER = """
import json
def handler(event, context):
    print(json.dumps(event))
    return event if "triggerSource" in event else {"statusCode": 200, "body": "{}"}
"""
TABLE_KEY: Any = {"AttributeName": "id", "KeyType": "HASH"}
SERVICES = (
    "sns",
    "s3",
    "events",
    "scheduler",
    "apigateway",
    "cognito-idp",
    "logs",
    "iot",
    "elasticloadbalancing",
    "ses",
)


class Triggers:
    """Sends something through each trigger; the function exists and permits all services."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client: Callable[[str], Client] = emulator.client
        self._seen = 0

    def next_event(self) -> dict[str, Any]:
        """The next event that the function printed, waited for."""
        found = observed(lambda: self.all_events()[self._seen :], bool)
        self._seen += len(found)
        return found[0]

    def all_events(self) -> list[dict[str, Any]]:
        """All events so far."""
        return printed(self.emulator, NAME)

    def next_event_kept(self) -> None:
        """Wait for the next event, which stays the next one."""
        observed(lambda: len(self.all_events()) > self._seen, bool)

    def queue(self) -> None:
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=NAME)["QueueUrl"]
        self._poll(f"arn:aws:sqs:{REGION}:{ACCOUNT}:{NAME}")
        attribute = {"DataType": "String", "StringValue": "test"}
        sqs.send_message(QueueUrl=url, MessageBody="{}", MessageAttributes={"stage": attribute})

    def topic(self) -> None:
        sns = self.client("sns")
        topic = sns.create_topic(Name=NAME)["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=ARN)
        attribute = {"DataType": "String", "StringValue": "test"}
        sns.publish(TopicArn=topic, Subject="order", Message="{}", MessageAttributes={"stage": attribute})

    def bucket(self) -> None:
        s3 = self.client("s3")
        s3.create_bucket(Bucket=NAME)
        notification = {"LambdaFunctionArn": ARN, "Events": ["s3:ObjectCreated:*"]}
        s3.put_bucket_notification_configuration(
            Bucket=NAME, NotificationConfiguration={"LambdaFunctionConfigurations": [notification]}
        )
        s3.put_object(Bucket=NAME, Key="a name/ü", Body=b"a")

    def rule(self) -> None:
        events = self.client("events")
        events.put_rule(Name=NAME, EventPattern='{"source": ["shop"]}')
        events.put_targets(Rule=NAME, Targets=[{"Id": "function", "Arn": ARN}])
        events.put_events(Entries=[{"Source": "shop", "DetailType": "ordered", "Detail": '{"id": 1}'}])

    def schedule(self) -> None:
        iam = self.client("iam")
        role = iam.create_role(
            RoleName="schedules", AssumeRolePolicyDocument=json.dumps(trusting("scheduler.amazonaws.com"))
        )["Role"]["Arn"]
        invoke = json.dumps(policy(statement("lambda:InvokeFunction")))
        iam.put_role_policy(RoleName="schedules", PolicyName="invoke", PolicyDocument=invoke)
        self.client("scheduler").create_schedule(
            Name=NAME,
            ScheduleExpression="rate(1 minute)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": ARN, "RoleArn": role},
        )
        self.next_event_kept()
        self.client("scheduler").delete_schedule(Name=NAME)

    def table(self) -> None:
        dynamodb = self.client("dynamodb")
        table = dynamodb.create_table(
            TableName=NAME,
            KeySchema=[TABLE_KEY],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]
        self._poll(table["LatestStreamArn"], StartingPosition="TRIM_HORIZON")
        dynamodb.put_item(TableName=NAME, Item={"id": {"S": "1"}, "number": {"N": "1"}})

    def stream(self) -> None:
        kinesis = self.client("kinesis")
        kinesis.create_stream(StreamName=NAME, ShardCount=1)
        self._poll(f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{NAME}", StartingPosition="TRIM_HORIZON")
        kinesis.put_record(StreamName=NAME, PartitionKey="1", Data=b"{}")

    def load_balancer(self) -> None:
        client = self.client("elbv2")
        balancer = client.create_load_balancer(Name=NAME, Subnets=["subnet-1", "subnet-2"])
        group = client.create_target_group(Name=NAME, TargetType="lambda")["TargetGroups"][0][
            "TargetGroupArn"
        ]
        client.register_targets(TargetGroupArn=group, Targets=[{"Id": ARN}])
        made = balancer["LoadBalancers"][0]
        client.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        self._request("POST", f"https://{made['DNSName']}/orders/1?page=2")

    def http_api(self, method: str = "POST") -> Response:
        apis = self.client("apigatewayv2")
        api = apis.create_api(Name=NAME, ProtocolType="HTTP")["ApiId"]
        integration = apis.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=ARN, PayloadFormatVersion="2.0"
        )["IntegrationId"]
        apis.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
        apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        return self._request(
            method, f"https://{api}.execute-api.{REGION}.amazonaws.com/orders/1?page=2&page=3"
        )

    def rest_api(self) -> Response:
        apis = self.client("apigateway")
        api = apis.create_rest_api(name=NAME)["id"]
        (root,) = apis.get_resources(restApiId=api)["items"]
        made = apis.create_resource(restApiId=api, parentId=root["id"], pathPart="{id}")
        method = {"restApiId": api, "resourceId": made["id"], "httpMethod": "POST"}
        apis.put_method(**method, authorizationType="NONE")
        uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{ARN}/invocations"
        apis.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
        apis.create_deployment(restApiId=api, stageName="prod")
        return self._request("POST", f"https://{api}.execute-api.{REGION}.amazonaws.com/prod/1?page=2&page=3")

    def function_url(self) -> Response:
        client = self.client("lambda")
        url = client.create_function_url_config(FunctionName=NAME, AuthType="NONE")["FunctionUrl"]
        public = {"FunctionName": NAME, "Principal": "*"}
        client.add_permission(
            **public, StatementId="url", Action="lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE"
        )
        client.add_permission(
            **public, StatementId="call", Action="lambda:InvokeFunction", InvokedViaFunctionUrl=True
        )
        return self._request("POST", f"{url}orders/1?page=2&page=3")

    def log_group(self) -> None:
        logs = self.client("logs")
        logs.create_log_group(logGroupName="orders")
        logs.create_log_stream(logGroupName="orders", logStreamName="one")
        logs.put_subscription_filter(
            logGroupName="orders", filterName="all", filterPattern="", destinationArn=ARN
        )
        event = {"timestamp": int(time.time() * 1000), "message": "ordered"}
        logs.put_log_events(logGroupName="orders", logStreamName="one", logEvents=[event])

    def things(self) -> None:
        payload = {"sql": "SELECT * FROM 'orders'", "actions": [{"lambda": {"functionArn": ARN}}]}
        self.client("iot").create_topic_rule(ruleName=NAME, topicRulePayload=payload)
        self.client("iot-data").publish(topic="orders", payload=b'{"order": 1}')

    def mail(self) -> None:
        ses = self.client("ses")
        ses.create_receipt_rule_set(RuleSetName=NAME)
        ses.set_active_receipt_rule_set(RuleSetName=NAME)
        actions = [{"LambdaAction": {"FunctionArn": ARN, "InvocationType": "Event"}}]
        rule = {"Name": NAME, "Enabled": True, "ScanEnabled": True, "Actions": actions}
        ses.create_receipt_rule(RuleSetName=NAME, Rule=rule)
        Mail(self.emulator).receive(
            sender="ann@example.com", recipient="orders@shop.example", subject="order", body="one"
        )

    def user_pool(self, *triggers: str) -> tuple[str, str]:
        """A user pool with these triggers; returns its ID and that of its client."""
        cognito = self.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName=NAME, LambdaConfig=dict.fromkeys(triggers, ARN))
        pool_id = pool["UserPool"]["Id"]
        client = cognito.create_user_pool_client(
            UserPoolId=pool_id, ClientName=NAME, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )
        return pool_id, client["UserPoolClient"]["ClientId"]

    def permit_all(self) -> None:
        for service in SERVICES:
            self.client("lambda").add_permission(
                FunctionName=NAME,
                StatementId=service,
                Action="lambda:InvokeFunction",
                Principal=f"{service}.amazonaws.com",
            )

    def _poll(self, source: str, **settings: str) -> None:
        self.client("lambda").create_event_source_mapping(
            FunctionName=NAME, EventSourceArn=source, **settings
        )

    def _request(self, method: str, url: str) -> Response:
        headers = {"Content-Type": "application/json", "Cookie": "a=1; b=2", "X-Order-ID": "7"}
        caller = Caller.to(self.emulator)
        unsigned = Caller(
            credentials=None, region=REGION, endpoint=caller.endpoint, authority=caller.authority
        )
        return unsigned.send(method, url, body=json.dumps({"id": 1}).encode(), headers=headers)
