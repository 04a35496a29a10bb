"""The table, continued: callers that wait, tasks of state machines, custom resources and Lambda@Edge."""

from __future__ import annotations

from lambda_constructs.rules import callers, custom_resource, edge, invoked_functions, state_machine
from tests.rules.case import accept, refuse

CASES = (
    accept(callers.timeout_above_appsync, 30),
    refuse(callers.timeout_above_appsync, 31),
    accept(callers.timeout_above_appsync_authorizer, 10),
    refuse(callers.timeout_above_appsync_authorizer, 11),
    accept(callers.timeout_above_http_api_authorizer, 10),
    refuse(callers.timeout_above_http_api_authorizer, 11),
    accept(callers.timeout_above_connect, 8),
    refuse(callers.timeout_above_connect, 9),
    accept(callers.timeout_above_firehose, 300),
    refuse(callers.timeout_above_firehose, 301),
    accept(callers.timeout_above_object_lambda, 60),
    refuse(callers.timeout_above_object_lambda, 61),
    accept(callers.timeout_above_receipt_rule, 30),
    refuse(callers.timeout_above_receipt_rule, 31),
    accept(state_machine.task_without_retry, "Charge", []),
    refuse(state_machine.task_without_retry, "Charge", ["Lambda.TooManyRequestsException"]),
    accept(state_machine.task_timeout_below_function, "Charge", 30, 30),
    refuse(state_machine.task_timeout_below_function, "Charge", 29, 30),
    accept(custom_resource.service_timeout_below_function, 60, 60),
    refuse(custom_resource.service_timeout_below_function, 59, 60),
    accept(custom_resource.custom_resource_unanswered, "import cfnresponse"),
    accept(custom_resource.custom_resource_unanswered, "fetch(event.ResponseURL)"),
    refuse(custom_resource.custom_resource_unanswered, "def handler(event, context): ..."),
    accept(edge.edge_qualifier, "a version", version=True),
    refuse(edge.edge_qualifier, "$LATEST", version=False),
    accept(edge.edge_features, []),
    refuse(edge.edge_features, ["layers", "a VPC"]),
    accept(edge.edge_timeout, 30, viewer=False),
    accept(edge.edge_timeout, 5, viewer=True),
    refuse(edge.edge_timeout, 31, viewer=False),
    refuse(edge.edge_timeout, 6, viewer=True),
    accept(invoked_functions.invoked_without_permission, "PAYMENTS", "live", "Payments", ["live"]),
    accept(invoked_functions.invoked_without_permission, "PAYMENTS", "$LATEST", "Payments", []),
    refuse(invoked_functions.invoked_without_permission, "PAYMENTS", "$LATEST", "Payments", ["live"]),
    refuse(invoked_functions.invoked_without_permission, "PAYMENTS", "live", "Payments", ["$LATEST"]),
    accept(edge.edge_memory, 128),
    refuse(edge.edge_memory, 129),
)
