"""Answers GetMetricData for `SEARCH`, which ministack does not evaluate.

A search gives one series for each metric that has exactly the dimensions of its schema. Only terms such as
`FunctionName="orders"` are understood; ministack answers that it lacks all other expressions.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from ..core import hooks

Query: TypeAlias = Mapping[str, Any]

_cloudwatch = hooks.module("services.cloudwatch")
_metrics: Any = hooks.attribute(_cloudwatch, "_metrics")

_SEARCH: Final = re.compile(
    r"\s*SEARCH\(\s*'\{(?P<schema>[^}]+)\}(?P<terms>[^']*)',\s*'(?P<statistic>[^']+)',\s*(?P<period>\d+)\s*\)\s*"
)
_TERM: Final = re.compile(r'(\w+)="([^"]*)"')
_PROPERTY: Final = re.compile(r"\$\{PROP\('Dim\.(\w+)'\)\}")


def install() -> None:
    """Replace searches by queries of the metrics that they find."""
    hooks.wrap(_cloudwatch, "_get_metric_data", _get_metric_data)


def _get_metric_data(original: Callable[..., Any], params: Query, data: Query, *protocol: object) -> Any:  # noqa: ANN401 - ministack's response
    queries = [found for query in data.get("MetricDataQueries", ()) for found in _found(query)]
    return original(params, {**data, "MetricDataQueries": queries}, *protocol)


def _found(query: Query) -> Iterator[Query]:
    """A query of each metric that a search finds; another query as it is."""
    search = _SEARCH.fullmatch(query.get("Expression", ""))
    if search is None or _TERM.sub("", search["terms"]).strip():
        yield query
        return
    namespace, *names = (each.strip() for each in search["schema"].split(","))
    terms = dict(_TERM.findall(search["terms"])).items()
    for (of, name, _), points in sorted(_metrics.items()):
        dimensions = points[0]["Dimensions"] if of == namespace and points else {}
        if dimensions.keys() == {*names} and terms <= {**dimensions, "MetricName": name}.items():
            metric = {
                "Namespace": namespace,
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            }
            label = _PROPERTY.sub(partial(_value, dimensions), query.get("Label", name))
            stat = {"Metric": metric, "Period": int(search["period"]), "Stat": search["statistic"]}
            yield {"Id": query["Id"], "Label": label, "MetricStat": stat}


def _value(dimensions: Mapping[str, str], found: re.Match[str]) -> str:
    """The value of the dimension that a label names."""
    return dimensions.get(found[1], "")
