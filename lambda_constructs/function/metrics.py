"""The metrics of a workload, with the names that CDK gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict, Unpack

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from ..core.context import Context
from ..core.option_types import check_options
from .alias_members import CalledByUsers

_MAXIMUM: Final = "Maximum"


class MetricOptions(TypedDict, total=False):
    """CDK's options of a metric."""

    account: str | None
    color: str | None
    dimensions_map: Mapping[str, str] | None
    id: str | None
    label: str | None
    period: cdk.Duration | None
    region: str | None
    stack_account: str | None
    stack_region: str | None
    statistic: str | None
    unit: cloudwatch.Unit | None
    visible: bool | None


class Metrics(CalledByUsers):
    """The metrics of the alias, and those that Lambda publishes for the function only."""

    _context: Context

    def metric(self, metric_name: str, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """A metric that Lambda publishes for the alias; by default the sum over 5 minutes."""
        self._check_metric({"metric_name": metric_name, **options})
        return self.alias.metric(metric_name, **options)

    def metric_duration(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How long invocations of the alias take; by default the average over 5 minutes."""
        self._check_metric(options)
        return self.alias.metric_duration(**options)

    def metric_errors(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How many invocations of the alias fail; by default the sum over 5 minutes."""
        self._check_metric(options)
        return self.alias.metric_errors(**options)

    def metric_invocations(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How often the alias is invoked; by default the sum over 5 minutes."""
        self._check_metric(options)
        return self.alias.metric_invocations(**options)

    def metric_throttles(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How many invocations of the alias Lambda throttles; by default the sum over 5 minutes."""
        self._check_metric(options)
        return self.alias.metric_throttles(**options)

    def _check_metric(self, options: Mapping[str, object]) -> None:
        """Refuse options of the wrong type."""
        check_options(self._context.guard, Metrics.metric, options)

    def _function_metric(self, metric_name: str, options: MetricOptions) -> cloudwatch.Metric:
        """A metric that Lambda publishes for the function only; by default the maximum over 5 minutes."""
        self._check_metric(options)
        options.setdefault("statistic", _MAXIMUM)
        return self.function.metric(metric_name, **options)
