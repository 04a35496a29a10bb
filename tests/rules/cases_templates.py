"""The table, continued: rules that are mostly for templates, on runtimes, rights and features."""

from __future__ import annotations

from lambda_constructs.rules import (
    actions,
    alarm_metrics,
    environment,
    missing_permission,
    missing_rights,
    role,
    role_trust,
    runtime,
    snap_start,
    unset,
)
from tests.rules.case import accept, refuse

RUNTIME = (
    accept(runtime.runtime_deprecated, "python3.10", "2026-05-03"),
    refuse(runtime.runtime_deprecated, "python3.10", "2026-05-04"),
    refuse(runtime.runtime_deprecated, "python3.10", "2026-10-31"),
    refuse(runtime.runtime_deprecated, "dotnet9", "2030-01-01"),
    refuse(runtime.runtime_deprecated, "python3.14", "2029-06-30"),
    accept(runtime.runtime_deprecated, "python3.10", "2027-02-01"),
    accept(runtime.runtime_deprecated, "cobol1.0", "2027-02-01"),
    accept(runtime.runtime_refused, "python3.10", "2027-01-31"),
    refuse(runtime.runtime_refused, "python3.10", "2027-02-01"),
)

ROLE = (
    accept(role.role_administrator, ("s3:*", "sqs:sendmessage"), ("*",)),
    refuse(role.role_administrator, ("**",), ("arn:*:*:*:*:*",)),
    refuse(role.role_administrator, ("*",), ("arn:aws:*",)),
    refuse(role.role_administrator, ("*",), ("arn:<AWS::Partition>:*:*:*:*",)),
    accept(role.role_administrator, ("*",), ("arn:aws:s3:::*",)),
    refuse(role.role_service_wildcard, ("s3:*",), ("arn:aws:s3:::*",)),
    refuse(role.role_service_wildcard, ("*",), ("arn:aws:s3:::*",)),
    refuse(role.role_service_wildcard, ("dynamodb:*",), ("arn:aws:dynamodb:*:<AWS::AccountId>:*",)),
    accept(role.role_service_wildcard, ("s3:*",), ("arn:aws:sqs:::*",)),
    accept(role.role_service_wildcard, ("s3:*",), ("arn:aws:s3:::*/*",)),
    accept(role.role_service_wildcard, ("iam:*",), ("*",)),
    refuse(role.role_iam_write, ("iam:*",), ("*",)),
    refuse(role.role_iam_write, ("iam:put*",), ("arn:aws:iam::*:role/*",)),
    refuse(role.role_iam_write, ("iam:createaccesskey",), ("arn:aws:iam::123456789012:user/*",)),
    accept(role.role_iam_write, ("iam:createaccesskey",), ("arn:aws:iam::123456789012:user/mail",)),
    accept(role.role_iam_write, ("iam:get*", "iam:passrole"), ("*",)),
    accept(role.role_iam_write, ("*",), ("*",)),
    refuse(role.role_pass_role, ("iam:passrole",), ("*",)),
    refuse(role.role_pass_role, ("iam:createuser", "iam:createrole"), ("arn:aws:iam::*:*",)),
    accept(role.role_pass_role, ("iam:passrole",), ("arn:aws:iam::123456789012:role/task",)),
    accept(role.role_pass_role, ("iam:*",), ("*",)),
    refuse(role.role_not_action, "NotAction", ("*",)),
    refuse(role.role_not_action, "NotResource", ()),
    accept(role.role_not_action, "NotAction", ("arn:aws:s3:::bucket/*",)),
    refuse(role.role_administrator_policy, ":iam::aws:policy/IAMFullAccess"),
    accept(role.role_full_access_policy, ":iam::aws:policy/IAMFullAccess"),
    accept(role.role_full_access_policy, ":iam::aws:policy/AmazonS3ReadOnlyAccess"),
    refuse(role.role_full_access_policy, ":iam::aws:policy/AmazonS3FullAccess"),
    refuse(role.role_full_access_policy, "arn:aws:iam::aws:policy/AWSLambda_FullAccess"),
    refuse(role_trust.role_trust_public, "AWS *", limited=False),
    refuse(role_trust.role_trust_public, "Federated cognito-identity.amazonaws.com", limited=False),
    accept(role_trust.role_trust_public, "AWS *", limited=True),
    accept(role_trust.role_trust_public, "Service lambda.amazonaws.com", limited=False),
    accept(role_trust.role_trust_lambda, trusted=True),
    refuse(role_trust.role_trust_lambda, trusted=False),
)

RIGHTS = (
    accept(missing_rights.mapping_role_rights, []),
    refuse(missing_rights.mapping_role_rights, ["sqs:ReceiveMessage", "sqs:DeleteMessage"]),
    accept(missing_rights.mapping_key_rights, []),
    refuse(missing_rights.mapping_key_rights, ["kms:Decrypt"]),
    accept(missing_rights.vpc_role_rights, 0, ["ec2:CreateNetworkInterface"]),
    accept(missing_rights.vpc_role_rights, 2, []),
    refuse(missing_rights.vpc_role_rights, 2, ["ec2:CreateNetworkInterface"]),
    accept(missing_rights.logs_role_rights, []),
    refuse(missing_rights.logs_role_rights, ["logs:PutLogEvents"]),
    accept(missing_rights.destination_role_rights, []),
    refuse(missing_rights.destination_role_rights, ["sqs:SendMessage"]),
    accept(missing_rights.schedule_role_rights, []),
    refuse(missing_rights.schedule_role_rights, ["lambda:InvokeFunction"]),
    accept(missing_permission.trigger_without_permission, "sns", "subscription", permitted=True),
    refuse(missing_permission.trigger_without_permission, "sns", "subscription", permitted=False),
    accept(missing_permission.dead_letter_queue_forbids_sender, "events", permitted=True),
    refuse(missing_permission.dead_letter_queue_forbids_sender, "events", permitted=False),
)

ACTIONS = (
    accept(actions.action_unknown, "sqs:ReceiveMessage"),
    accept(actions.action_unknown, "SQS:receivemessage"),
    accept(actions.action_unknown, "s3:Get*"),
    accept(actions.action_unknown, "s3:*"),
    accept(actions.action_unknown, "*"),
    accept(actions.action_unknown, "*:*"),
    accept(actions.action_unknown, "s*:Get*"),
    accept(actions.action_unknown, "iam:PassRole"),
    refuse(actions.action_unknown, "sqs:RecieveMessage"),
    refuse(actions.action_unknown, "s3:HeadObject"),
    refuse(actions.action_unknown, "s3:Gett*"),
    refuse(actions.action_unknown, "dynamo:GetItem"),
    refuse(actions.action_unknown, "nothing:GetItem"),
    refuse(actions.action_unknown, "GetItem"),
)

FEATURES = (
    accept(snap_start.snap_start_without_version, published=True),
    refuse(snap_start.snap_start_without_version, published=False),
    accept(unset.function_defaults, [], []),
    refuse(unset.function_defaults, ["Shop/Orders"], ["Timeout"]),
    refuse(unset.function_defaults, ["Orders", "Bills"], ["Timeout", "MemorySize"]),
    refuse(unset.function_defaults, ["Orders", "Bills", "Reports", "Mails"], ["MemorySize"]),
    accept(unset.tracing_off, []),
    refuse(unset.tracing_off, ["Orders"]),
)
METRICS = (
    accept(alarm_metrics.alarm_metric_name, "Errors"),
    accept(alarm_metrics.alarm_metric_name, "SomethingNew"),
    refuse(alarm_metrics.alarm_metric_name, "errors"),
    refuse(alarm_metrics.alarm_metric_name, "Error"),
    refuse(alarm_metrics.alarm_metric_name, "Throttle"),
    accept(alarm_metrics.alarm_api_metric, "5XXError", "ApiName", ""),
    accept(alarm_metrics.alarm_api_metric, "5XXError", "ApiName", "REST"),
    accept(alarm_metrics.alarm_api_metric, "5xx", "ApiId", "HTTP"),
    accept(alarm_metrics.alarm_api_metric, "5xx", "ApiId", ""),
    accept(alarm_metrics.alarm_api_metric, "MessageCount", "ApiId", ""),
    refuse(alarm_metrics.alarm_api_metric, "5XXError", "ApiId", ""),
    refuse(alarm_metrics.alarm_api_metric, "5XXError", "ApiId", "HTTP"),
    refuse(alarm_metrics.alarm_api_metric, "5XXError", "ApiName", "HTTP"),
    refuse(alarm_metrics.alarm_api_metric, "5XXError", "ApiId", "REST"),
    refuse(alarm_metrics.alarm_api_metric, "5xx", "ApiId", "WEBSOCKET"),
    refuse(alarm_metrics.alarm_api_metric, "5XXError", "ApiName", "REST", by_id=True),
)
SECRETS = (
    accept(environment.secret_parameter_shown, "DB_PASSWORD", "DbSecretName"),
    accept(environment.secret_parameter_shown, "DB_HOST", "DbPassword"),
    refuse(environment.secret_parameter_shown, "DB_PASSWORD", "DbPassword"),
    refuse(environment.secret_parameter_shown, "API_KEY", "WeatherApiKey"),
    *(
        accept(environment.secret_in_environment, "API_KEY", placeholder)
        for placeholder in (
            "changeme",
            "change-me",
            "CHANGE_ME",
            "REPLACE_ME",
            "replace with your key",
            "your-api-key",
            "YOUR_API_KEY_HERE",
            "[your key]",
            "{{ key }}",
            "xxxxx",
            "***",
            "TODO",
            "placeholder",
            "dummy",
            "none",
        )
    ),
    refuse(environment.secret_in_environment, "API_KEY", "changeling42"),
    refuse(environment.secret_in_environment, "API_KEY", "exampler"),
    refuse(environment.secret_in_environment, "API_KEY", "settings"),
)

CASES = (*RUNTIME, *ROLE, *RIGHTS, *ACTIONS, *FEATURES, *METRICS, *SECRETS)
