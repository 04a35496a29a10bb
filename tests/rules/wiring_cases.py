"""The table, continued: what the rules about what is wired between resources accept and refuse."""

from __future__ import annotations

from lambda_constructs.rules import alarm, alias, asynchronous, event, log, permission, role, rollout, stack
from tests.rules.case import accept, refuse

ALIAS = (
    accept(alias.alias_bypassed, "rule", "live", "live"),
    accept(alias.alias_bypassed, "rule", "v2", "live"),
    refuse(alias.alias_bypassed, "event source mapping", "$LATEST", "live"),
    refuse(alias.alias_bypassed, "event source mapping", "a version", "live"),
    refuse(alias.alias_bypassed, "permission for events.amazonaws.com", "7", "live"),
    accept(alias.permission_beside_alias, "events.amazonaws.com", "live", "live"),
    refuse(alias.permission_beside_alias, "events.amazonaws.com", "$LATEST", "live"),
    refuse(alias.permission_beside_alias, "123456789012", "12", "live"),
    accept(alias.trigger_on_version, "rule", "live"),
    accept(alias.trigger_on_version, "rule", "$LATEST"),
    refuse(alias.trigger_on_version, "rule", "3"),
    accept(alias.dead_letter_config_with_rollout, "live", dead_letter_config=False),
    refuse(alias.dead_letter_config_with_rollout, "live", dead_letter_config=True),
)
ALARM = (
    accept(alarm.alarm_after_rollout, 60, 5, 300),
    accept(alarm.alarm_after_rollout, 300, 1, 300),
    accept(alarm.alarm_after_rollout, 3600, 1, 300),
    refuse(alarm.alarm_after_rollout, 60, 6, 300),
    refuse(alarm.alarm_after_rollout, 300, 2, 300),
    accept(alarm.alarm_slow_for_rollout, 60, 5, 300),
    accept(alarm.alarm_slow_for_rollout, 300, 1, 300),
    accept(alarm.alarm_slow_for_rollout, 60, 6, 300),
    refuse(alarm.alarm_slow_for_rollout, 301, 1, 300),
    refuse(alarm.alarm_slow_for_rollout, 200, 2, 300),
    accept(alarm.alarm_dimensions, "Errors", {}),
    accept(alarm.alarm_dimensions, "Errors", {"FunctionName": "pay"}),
    accept(alarm.alarm_dimensions, "Errors", {"FunctionName": "pay", "Resource": "pay:live"}),
    accept(
        alarm.alarm_dimensions,
        "Errors",
        {"FunctionName": "pay", "Resource": "pay:live", "ExecutedVersion": "3"},
    ),
    accept(alarm.alarm_dimensions, "FailedInvokeEventCount", {"EventSourceMappingUUID": "f9"}),
    refuse(alarm.alarm_dimensions, "Errors", {"FunctionName": "pay:3"}),
    refuse(alarm.alarm_dimensions, "Errors", {"FunctionName": "pay", "Resource": "arn:"}),
    refuse(alarm.alarm_dimensions, "Errors", {"Resource": "pay:live"}),
    refuse(alarm.alarm_dimensions, "Errors", {"FunctionName": "pay", "ExecutedVersion": "3"}),
    refuse(alarm.alarm_dimensions, "Errors", {"ExecutedVersion": "3"}),
    refuse(alarm.alarm_dimensions, "Errors", {"EventSourceMappingUUID": "f9"}),
    refuse(alarm.alarm_dimensions, "FailedInvokeEventCount", {"FunctionName": "pay"}),
)
ROLLOUT = (
    accept(rollout.rollout_alarms_disabled, "Canary", enabled=True),
    accept(rollout.rollout_alarms_disabled, "AllAtOnce", enabled=False),
    refuse(rollout.rollout_alarms_disabled, "Linear", enabled=False),
    accept(rollout.rollout_alarms_unread, ignored=False),
    refuse(rollout.rollout_alarms_unread, ignored=True),
    accept(rollout.rollout_blind_to_partial_failures, 0, 0),
    accept(rollout.rollout_blind_to_partial_failures, 2, 1),
    refuse(rollout.rollout_blind_to_partial_failures, 2, 2),
    accept(rollout.deployment_config_unknown, "CodeDeployDefault.LambdaCanary10Percent5Minutes"),
    accept(rollout.deployment_config_unknown, "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"),
    accept(rollout.deployment_config_unknown, "CodeDeployDefault.LambdaAllAtOnce"),
    accept(rollout.deployment_config_unknown, "Shop-Canary5Percent"),
    refuse(rollout.deployment_config_unknown, "CodeDeployDefault.LambdaCanary10Percent5Minute"),
    refuse(rollout.deployment_config_unknown, "CodeDeployDefault.OneAtATime"),
)
ASYNCHRONOUS = (
    accept(asynchronous.async_settings_on_latest, "live", "live"),
    refuse(asynchronous.async_settings_on_latest, "$LATEST", "live"),
    accept(asynchronous.async_settings_twice, "live", 1),
    refuse(asynchronous.async_settings_twice, "live", 2),
    accept(asynchronous.async_without_failure_path, "rule", kept=True),
    refuse(asynchronous.async_without_failure_path, "rule", kept=False),
    accept(event.recursive_trigger_possible, "dynamodb:PutItem", "<Orders.Arn>", possible=False),
    refuse(event.recursive_trigger_possible, "dynamodb:PutItem", "<Orders.Arn>", possible=True),
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

CASES = (*ALIAS, *ALARM, *ROLLOUT, *ASYNCHRONOUS, *PERMISSION, *ROLE, *LOG, *STACK)
