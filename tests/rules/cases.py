"""The table: what every rule accepts and refuses, at the edges of what it allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ParamSpec

from lambda_constructs.rules.checks import concurrency, function, mapping, queue, rollout
from lambda_constructs.rules.rule import Rule

P = ParamSpec("P")


@dataclass(frozen=True)
class Case:
    """One call of a rule; its arguments are type-checked against the rule by `accept` and `refuse`."""

    rule: Rule[...]
    accepted: bool
    args: tuple[object, ...]
    kwargs: dict[str, object]

    @property
    def verdict(self) -> str | None:
        """What the rule says of it."""
        return self.rule(*self.args, **self.kwargs)

    @property
    def name(self) -> str:
        """The call, shortened, as the name of the test."""
        values = [*map(repr, self.args), *(f"{key}={value!r}" for key, value in self.kwargs.items())]
        short = [f"{value[:50]}..." if len(value) > 60 else value for value in values]
        return f"{self.rule.code}({', '.join(short)})"


def accept(rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> Case:
    """A call that the rule has nothing to say about."""
    return Case(rule, True, args, kwargs)


def refuse(rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> Case:
    """A call that the rule objects to."""
    return Case(rule, False, args, kwargs)


# Asked only where the answer is already no: there is nothing that these rules accept.
ALWAYS_REFUSE: tuple[Rule[...], ...] = (
    function.key_policy_not_changed,
    function.not_your_log_group,
    function.option_type,
    function.role_not_changed,
    mapping.pollers_and_max_concurrency,
    queue.dead_letter_queue_policy,
    queue.dead_letter_queue_unknown,
    queue.no_dead_letter_queue,
    queue.visibility_unknown,
    rollout.emergency_deployment,
)

FUNCTION = (
    refuse(function.option_type, "memory_size", "'512' (str)", "a whole number of MB"),
    accept(function.whole_seconds, "timeout", 0),
    accept(function.whole_seconds, "timeout", 1000.0),
    refuse(function.whole_seconds, "timeout", 999),
    refuse(function.whole_seconds, "timeout", 1000.5),
    refuse(function.role_not_changed, "sqs:DeleteMessage, sqs:ReceiveMessage"),
    refuse(function.key_policy_not_changed),
    accept(function.memory_size_range, 128),
    accept(function.memory_size_range, 10_240),
    refuse(function.memory_size_range, 127),
    refuse(function.memory_size_range, 10_241),
    accept(function.timeout_range, 1),
    accept(function.timeout_range, 900),
    refuse(function.timeout_range, 0),
    refuse(function.timeout_range, 901),
    accept(function.ephemeral_storage_range, 512),
    accept(function.ephemeral_storage_range, 10_240),
    refuse(function.ephemeral_storage_range, 511),
    refuse(function.ephemeral_storage_range, 10_241),
    accept(function.layers_maximum, 0),
    accept(function.layers_maximum, 5),
    refuse(function.layers_maximum, 6),
    accept(function.description_length, "é" * 256),
    refuse(function.description_length, "d" * 257),
    accept(function.environment_key, "Ab"),
    accept(function.environment_key, "aws_region"),
    accept(function.environment_key, "TZ"),
    refuse(function.environment_key, "AWS_REGION"),
    refuse(function.environment_key, "_HANDLER"),
    refuse(function.environment_key, "A"),
    refuse(function.environment_key, ""),
    refuse(function.environment_key, "1A"),
    refuse(function.environment_key, "_A"),
    refuse(function.environment_key, "LOG-LEVEL"),
    refuse(function.environment_key, "LOG\n"),
    refuse(function.environment_key, "GRÖSSE"),
    accept(function.environment_size, 4096),
    refuse(function.environment_size, 4097),
    accept(function.secret_in_environment, "DB_PASSWORD", ""),
    accept(function.secret_in_environment, "DB_PASSWORD", "/shop/db-password"),
    accept(
        function.secret_in_environment, "DB_SECRET", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"
    ),
    accept(function.secret_in_environment, "PASSWORD_LENGTH", "12"),
    accept(function.secret_in_environment, "MONKEY", "banana"),
    accept(function.secret_in_environment, "MAX_TOKENS", "4096"),
    accept(function.secret_in_environment, "STAGE", "{{resolve:ssm:/shop/stage}}"),
    accept(function.secret_in_environment, "KEY_ID", "AKIA" + "A" * 15),
    refuse(function.secret_in_environment, "DATABASE", "{{resolve:secretsmanager:db:SecretString}}"),
    refuse(function.secret_in_environment, "DATABASE", "pre {{resolve:ssm-secure:/shop/db:1}} post"),
    refuse(function.secret_in_environment, "KEY_ID", "AKIA" + "A" * 16),
    refuse(function.secret_in_environment, "KEY_ID", "ASIA" + "7" * 16),
    refuse(function.secret_in_environment, "GITHUB", "ghp_" + "a" * 36),
    refuse(function.secret_in_environment, "SLACK", "xoxb-" + "1" * 10),
    refuse(function.secret_in_environment, "STRIPE", "sk_live_" + "a" * 16),
    refuse(function.secret_in_environment, "PEM", "-----BEGIN RSA PRIVATE " + "KEY-----\nMII"),
    refuse(function.secret_in_environment, "DB_PASSWORD", "hunter2"),
    refuse(function.secret_in_environment, "apikey", "hunter2"),
    refuse(function.secret_in_environment, "STRIPE_API_KEY", "hunter2"),
    refuse(function.secret_in_environment, "TOKEN", "hunter2"),
    accept(function.insights_version_known, "1.0.498.0", "arm64", known=True),
    refuse(function.insights_version_known, "9.9.9.9", "arm64", known=False),
    accept(function.environment_key_twice, ""),
    refuse(function.environment_key_twice, "DATABASE, TABLE"),
    refuse(function.not_your_log_group),
    accept(function.vpc_options, ""),
    refuse(function.vpc_options, "vpc_subnets, security_groups"),
)

CONCURRENCY = (
    accept(concurrency.reserved_concurrency_range, 0),
    refuse(concurrency.reserved_concurrency_range, -1),
    accept(concurrency.provisioned_range, 1, 1),
    accept(concurrency.provisioned_range, 1, 2),
    refuse(concurrency.provisioned_range, 0, 1),
    refuse(concurrency.provisioned_range, 2, 1),
    accept(concurrency.target_utilization_range, 0.1),
    accept(concurrency.target_utilization_range, 0.9),
    refuse(concurrency.target_utilization_range, 0.099),
    refuse(concurrency.target_utilization_range, 0.901),
    refuse(concurrency.target_utilization_range, float("nan")),
    refuse(concurrency.target_utilization_range, 70),
    accept(concurrency.provisioned_above_reserved, 20, 20),
    refuse(concurrency.provisioned_above_reserved, 21, 20),
    accept(concurrency.provisioned_equals_reserved, 19, 20),
    refuse(concurrency.provisioned_equals_reserved, 20, 20),
    accept(concurrency.provisioned_with_canary, "AllAtOnce", tested=False),
    accept(concurrency.provisioned_with_canary, "Canary", tested=True),
    refuse(concurrency.provisioned_with_canary, "Canary", tested=False),
    refuse(concurrency.provisioned_with_canary, "Linear", tested=False),
    accept(concurrency.snap_start_runtime, "python3.12", supported=True),
    refuse(concurrency.snap_start_runtime, "python3.11", supported=False),
    accept(concurrency.snap_start_exclusions, 512, provisioned=False),
    refuse(concurrency.snap_start_exclusions, 512, provisioned=True),
    refuse(concurrency.snap_start_exclusions, 513, provisioned=False),
)

MAPPING = (
    accept(mapping.batch_size_range, 1, window=0, fifo=False),
    accept(mapping.batch_size_range, 10, window=0, fifo=False),
    accept(mapping.batch_size_range, 11, window=1, fifo=False),
    accept(mapping.batch_size_range, 10_000, window=1, fifo=False),
    accept(mapping.batch_size_range, 10, window=0, fifo=True),
    refuse(mapping.batch_size_range, 0, window=0, fifo=False),
    refuse(mapping.batch_size_range, 11, window=0, fifo=False),
    refuse(mapping.batch_size_range, 10_001, window=1, fifo=False),
    refuse(mapping.batch_size_range, 11, window=1, fifo=True),
    refuse(mapping.batch_size_range, 0, window=0, fifo=True),
    accept(mapping.batching_window_range, 0, fifo=False),
    accept(mapping.batching_window_range, 300, fifo=False),
    accept(mapping.batching_window_range, 0, fifo=True),
    refuse(mapping.batching_window_range, 301, fifo=False),
    refuse(mapping.batching_window_range, 1, fifo=True),
    accept(mapping.max_concurrency_range, 2),
    accept(mapping.max_concurrency_range, 1000),
    refuse(mapping.max_concurrency_range, 1),
    refuse(mapping.max_concurrency_range, 1001),
    accept(mapping.max_concurrency_above_reserved, 20, 20, option="max_concurrency"),
    refuse(mapping.max_concurrency_above_reserved, 21, 20, option="max_concurrency"),
    accept(mapping.reserved_concurrency_too_low, 2),
    refuse(mapping.reserved_concurrency_too_low, 1),
    refuse(mapping.reserved_concurrency_too_low, 0),
    accept(mapping.pollers_range, 2, 2),
    accept(mapping.pollers_range, 200, 10_000),
    refuse(mapping.pollers_range, 1, 2),
    refuse(mapping.pollers_range, 201, 300),
    refuse(mapping.pollers_range, 2, 1),
    refuse(mapping.pollers_range, 2, 10_001),
    refuse(mapping.pollers_range, 3, 2),
    refuse(mapping.pollers_and_max_concurrency, 20),
    accept(mapping.filters_maximum, 0),
    accept(mapping.filters_maximum, 5),
    refuse(mapping.filters_maximum, 6),
    accept(mapping.filter_pattern_length, "f" * 4096),
    refuse(mapping.filter_pattern_length, "f" * 4097),
)

QUEUE = (
    accept(queue.visibility_below_timeout, 180, timeout=30, window=0),
    accept(queue.visibility_below_timeout, 185, timeout=30, window=5),
    refuse(queue.visibility_below_timeout, 179, timeout=30, window=0),
    refuse(queue.visibility_below_timeout, 184, timeout=30, window=5),
    accept(queue.visibility_timeout_range, 0),
    accept(queue.visibility_timeout_range, 43_200),
    refuse(queue.visibility_timeout_range, -1),
    refuse(queue.visibility_timeout_range, 43_201),
    refuse(queue.visibility_unknown, 30, 5),
    accept(queue.max_receive_count_range, 3),
    accept(queue.max_receive_count_range, 1000),
    refuse(queue.max_receive_count_range, 2),
    refuse(queue.max_receive_count_range, 1001),
    accept(queue.max_receive_count_low, 5),
    refuse(queue.max_receive_count_low, 4),
    refuse(queue.no_dead_letter_queue, "Shop/Inbox"),
    refuse(queue.dead_letter_queue_unknown),
    accept(queue.retention_range, 60),
    accept(queue.retention_range, 1_209_600),
    refuse(queue.retention_range, 59),
    refuse(queue.retention_range, 1_209_601),
    accept(queue.dead_letter_retention, 345_600, 345_601),
    refuse(queue.dead_letter_retention, 345_600, 345_600),
    accept(queue.fifo_mismatch, fifo=True, dead_letter_fifo=True),
    accept(queue.fifo_mismatch, fifo=False, dead_letter_fifo=False),
    refuse(queue.fifo_mismatch, fifo=True, dead_letter_fifo=False),
    refuse(queue.fifo_mismatch, fifo=False, dead_letter_fifo=True),
    accept(queue.queue_name_form, "q" * 80, fifo=False),
    accept(queue.queue_name_form, "q" * 75 + ".fifo", fifo=True),
    refuse(queue.queue_name_form, "q" * 81, fifo=False),
    refuse(queue.queue_name_form, "q" * 76 + ".fifo", fifo=True),
    refuse(queue.queue_name_form, "orders.fifo", fifo=False),
    refuse(queue.queue_name_form, "orders", fifo=True),
    accept(queue.not_your_queue, ""),
    refuse(queue.not_your_queue, "queue_name, fifo"),
    refuse(queue.dead_letter_queue_policy, "Shop/Orders/DeadLetterQueue"),
    accept(queue.deduplication_without_fifo, fifo=True),
    refuse(queue.deduplication_without_fifo, fifo=False),
)

ROLLOUT = (
    accept(rollout.rollout_percentage_range, 1),
    accept(rollout.rollout_percentage_range, 99),
    refuse(rollout.rollout_percentage_range, 0),
    refuse(rollout.rollout_percentage_range, 100),
    accept(rollout.rollout_interval_range, 60, steps_percentage=None),
    accept(rollout.rollout_interval_range, 2880 * 60, steps_percentage=None),
    accept(rollout.rollout_interval_range, 320 * 60, steps_percentage=10),
    refuse(rollout.rollout_interval_range, 0, steps_percentage=None),
    refuse(rollout.rollout_interval_range, 59, steps_percentage=None),
    refuse(rollout.rollout_interval_range, 90, steps_percentage=10),
    refuse(rollout.rollout_interval_range, 2881 * 60, steps_percentage=None),
    refuse(rollout.rollout_interval_range, 321 * 60, steps_percentage=10),
    accept(rollout.rollout_without_alarm, "Canary", 1),
    accept(rollout.rollout_without_alarm, "AllAtOnce", 0),
    refuse(rollout.rollout_without_alarm, "Canary", 0),
    refuse(rollout.rollout_without_alarm, "Linear", 0),
    accept(rollout.rollout_alarms_maximum, 10),
    refuse(rollout.rollout_alarms_maximum, 11),
    accept(rollout.failed_events_above_canary, 9.99, 10),
    refuse(rollout.failed_events_above_canary, 10, 10),
    accept(rollout.failed_events_percentage_range, 0.01),
    accept(rollout.failed_events_percentage_range, 99.99),
    refuse(rollout.failed_events_percentage_range, 0),
    refuse(rollout.failed_events_percentage_range, 100),
    refuse(rollout.failed_events_percentage_range, float("nan")),
    refuse(rollout.emergency_deployment, "lambda-constructs:emergency-deployment"),
)

CASES = (*FUNCTION, *CONCURRENCY, *MAPPING, *QUEUE, *ROLLOUT)
