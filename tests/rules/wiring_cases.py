"""The table, continued: what the rules about what is wired between resources accept and refuse."""

from __future__ import annotations

from lambda_constructs.rules import (
    failures,
    log,
    permission,
    role,
    stack,
)
from tests.rules.case import accept, refuse

ASYNCHRONOUS = (
    accept(failures.destination_loop, "on-failure destination", own=False),
    refuse(failures.destination_loop, "on-failure destination", own=True),
    accept(failures.target_without_dead_letter_queue, "schedule", kept=True),
    refuse(failures.target_without_dead_letter_queue, "schedule", kept=False),
)
PERMISSION = (
    accept(permission.permission_without_source, "sns.amazonaws.com", limited=True),
    accept(permission.permission_without_source, "123456789012", limited=False),
    refuse(permission.permission_without_source, "sns.amazonaws.com", limited=False),
    accept(permission.permission_without_account, "s3.amazonaws.com", account=True),
    accept(permission.permission_without_account, "sns.amazonaws.com", account=False),
    refuse(permission.permission_without_account, "s3.amazonaws.com", account=False),
    accept(permission.permission_public, "*", limited=True),
    accept(permission.permission_public, "123456789012", limited=False),
    refuse(permission.permission_public, "*", limited=False),
    accept(permission.function_policy_size, 20_480, 60),
    refuse(permission.function_policy_size, 20_481, 60),
    accept(permission.function_policy_nearly_full, 16_383, 48),
    accept(permission.function_policy_nearly_full, 20_481, 60),
    refuse(permission.function_policy_nearly_full, 16_384, 48),
    refuse(permission.function_policy_nearly_full, 20_480, 60),
    accept(permission.function_url_public, "AWS_IAM"),
    refuse(permission.function_url_public, "NONE"),
    accept(permission.function_url_permission, "*", paired=True),
    refuse(permission.function_url_permission, "*", paired=False),
)
ROLE = (
    accept(role.role_administrator, ("*",), ("arn:aws:s3:::bucket",)),
    accept(role.role_administrator, ("s3:*", "sqs:sendmessage"), ("*",)),
    refuse(role.role_administrator, ("s3:getobject", "*"), ("*",)),
    refuse(role.role_administrator, ("*:*",), ("arn:aws:s3:::bucket", "*")),
    accept(role.role_administrator_policy, ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"),
    refuse(role.role_administrator_policy, "arn:aws:iam::aws:policy/AdministratorAccess"),
    refuse(role.role_administrator_policy, ":iam::aws:policy/PowerUserAccess"),
    accept(role.role_service_wildcard, ("s3:*",), ("arn:aws:s3:::bucket",)),
    accept(role.role_service_wildcard, ("s3:get*", "*"), ("*",)),
    refuse(role.role_service_wildcard, ("s3:*", "execute-api:*"), ("*",)),
)
LOG = (
    accept(log.log_retention_missing, retention=True),
    refuse(log.log_retention_missing, retention=False),
    accept(log.log_group_missing, made=True),
    refuse(log.log_group_missing, made=False),
)
STACK = (
    accept(stack.circular_dependency, []),
    refuse(stack.circular_dependency, ["Shop/Alias", "Shop/Role"]),
    accept(stack.not_judged, ""),
    refuse(stack.not_judged, "Shop.template.json: no JSON"),
    accept(stack.stack_resources_maximum, 500),
    refuse(stack.stack_resources_maximum, 501),
    accept(stack.stack_resources_near_maximum, 449),
    accept(stack.stack_resources_near_maximum, 501),
    refuse(stack.stack_resources_near_maximum, 450),
    refuse(stack.stack_resources_near_maximum, 500),
)

CASES = (*ASYNCHRONOUS, *PERMISSION, *ROLE, *LOG, *STACK)
