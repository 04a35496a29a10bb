"""Evaluates CloudWatch's metric math, as far as alarms need it, also where data points are missing.

An expression combines metrics, which are series of data points, and numbers. Where an operand has no
data point the result has none either, and a division by zero gives none. The functions that take
several metrics at once, `SUM([m1, m2])`, skip missing points; over one metric, `SUM(m1)`, they give a
single number. Everything that is not evaluated here is refused, never guessed: `METRICS()`, `SEARCH`,
`RATE`, anomaly detection and what else AWS has.

Whether AWS takes an `IF` whose condition has no data point as false is not documented clearly; here
the result has no data point.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import ast
import functools
import itertools
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

Point: TypeAlias = float | None
"""A data point, or None where there is none."""
Series: TypeAlias = list[Point]
"""The data points of consecutive periods, the oldest first."""
Value: TypeAlias = float | Series | tuple[Series, ...]
"""A number, a metric, or several metrics."""


class ExpressionError(ValueError):
    """An expression that is wrong, or that uses metric math which is not evaluated here."""


def evaluate(expression: str, metrics: Mapping[str, Series], length: int) -> Series:
    """Evaluate an expression.

    Args:
        expression: such as `100 * errors / MAX([errors, invocations])`.
        metrics: the series that its names stand for, all of that length.
        length: the number of periods.

    Raises:
        ExpressionError: it cannot be evaluated.
    """
    value = _Evaluator(metrics, length).value(_parse(expression))
    if isinstance(value, tuple):
        raise ExpressionError(f"{expression!r} gives several series; an alarm needs one")
    return _as_series(value, length)


def names(expression: str) -> set[str]:
    """The ids of the metrics that an expression refers to.

    Raises:
        ExpressionError: it is not an expression.
    """
    tree = _parse(expression)
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    functions = {function.id for function in called if isinstance(function, ast.Name)}
    return found - functions - _FILL_MODES


_FILL_MODES: Final = {"REPEAT", "LINEAR"}
_SPELLINGS: Final = (("&&", " and "), ("||", " or "), ("^", "**"))
_WORDS: Final = re.compile(r"\b(AND|OR)\b")


def _parse(expression: str) -> ast.expr:
    """Parse what is almost Python: logic and powers are spelled differently."""
    text = _WORDS.sub(lambda word: word.group().lower(), expression)
    for theirs, ours in _SPELLINGS:
        text = text.replace(theirs, ours)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(f"{expression!r} is not metric math: {error.msg}") from error


def _divide(left: float, right: float) -> Point:
    return left / right if right else None


def _power(left: float, right: float) -> Point:
    try:
        return math.pow(left, right)
    except (OverflowError, ValueError):
        return None


Operation: TypeAlias = Callable[[float, float], Point]

_BINARY: Final[Mapping[type[ast.AST], Operation]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divide,
    ast.Pow: _power,
}
_COMPARISONS: Final[Mapping[type[ast.AST], Operation]] = {
    ast.Lt: lambda left, right: float(left < right),
    ast.LtE: lambda left, right: float(left <= right),
    ast.Gt: lambda left, right: float(left > right),
    ast.GtE: lambda left, right: float(left >= right),
    ast.Eq: lambda left, right: float(left == right),
    ast.NotEq: lambda left, right: float(left != right),
}
_LOGIC: Final[Mapping[type[ast.AST], Operation]] = {
    ast.And: lambda left, right: float(bool(left) and bool(right)),
    ast.Or: lambda left, right: float(bool(left) or bool(right)),
}
_AGGREGATES: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "SUM": sum,
    "MAX": max,
    "MIN": min,
    "AVG": lambda values: sum(values) / len(values),
}


class _Evaluator:
    """Evaluates the nodes of one expression."""

    def __init__(self, metrics: Mapping[str, Series], length: int) -> None:
        self._metrics = metrics
        self._length = length

    def value(self, node: ast.AST) -> Value:
        """The value of an expression, by the kind of its node."""
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name) if name in self._metrics:
                return self._metrics[name]
            case ast.List(elts=elements):
                return tuple(self._series(element) for element in elements)
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
                return self._call(function, arguments)
        operation, operands = self._operation(node)
        return functools.reduce(functools.partial(self._combine, operation), map(self.value, operands))

    def _operation(self, node: ast.AST) -> tuple[Operation, Sequence[ast.expr]]:
        """The operators with their operands, from left to right."""
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return operator.sub, (ast.Constant(0), operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return _BINARY[type(op)], (left, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                return _COMPARISONS[type(op)], (left, right)
            case ast.BoolOp(op=op, values=values):
                return _LOGIC[type(op)], values
        raise ExpressionError(f"{ast.unparse(node)!r} is not metric math that is evaluated here")

    def _call(self, function: str, arguments: Sequence[ast.expr]) -> Value:
        match function, arguments:
            case "IF", [condition, true, false]:
                return self._if(condition, true, false)
            case "FILL", [metric, filling]:
                value = self.value(metric)
                if isinstance(value, tuple):
                    return tuple(self._fill(series, filling) for series in value)
                return self._fill(_as_series(value, self._length), filling)
            case "ABS", [argument]:
                return self._combine(lambda _zero, value: abs(value), 0.0, self.value(argument))
            case name, [argument] if name in _AGGREGATES:
                return self._aggregate(name, self.value(argument))
        raise ExpressionError(f"{function} with {len(arguments)} arguments is not evaluated here")

    def _if(self, condition: ast.expr, true: ast.expr, false: ast.expr) -> Series:
        branches = zip(self._series(condition), self._series(true), self._series(false), strict=True)
        return [None if test is None else (yes if test else no) for test, yes, no in branches]

    def _fill(self, series: Series, filling: ast.expr) -> Series:
        match filling:
            case ast.Name(id="REPEAT"):
                return _repeat(series)
            case ast.Name(id="LINEAR"):
                return _interpolate(series)
        pairs = zip(series, self._series(filling), strict=True)
        return [other if point is None else point for point, other in pairs]

    def _aggregate(self, name: str, value: Value) -> Value:
        aggregate = _AGGREGATES[name]
        if isinstance(value, tuple):
            columns = (
                [point for point in column if point is not None] for column in zip(*value, strict=True)
            )
            return [aggregate(column) if column else None for column in columns]
        present = [point for point in _as_series(value, self._length) if point is not None]
        return aggregate(present) if present else [None] * self._length

    def _series(self, node: ast.AST) -> Series:
        value = self.value(node)
        if isinstance(value, tuple):
            raise ExpressionError(f"{ast.unparse(node)!r} is several series where one is needed")
        return _as_series(value, self._length)

    def _combine(self, operation: Operation, left: Value, right: Value) -> Value:
        """Apply an operation point by point; several series combine one by one, or with one operand."""
        if isinstance(left, tuple) and isinstance(right, tuple):
            raise ExpressionError("two arrays of metrics cannot be combined")
        if isinstance(left, tuple):
            return tuple(self._points(operation, series, right) for series in left)
        if isinstance(right, tuple):
            return tuple(self._points(operation, left, series) for series in right)
        return self._points(operation, left, right)

    def _points(self, operation: Operation, left: Value, right: Value) -> Series:
        pairs = zip(_as_series(left, self._length), _as_series(right, self._length), strict=True)
        return [None if a is None or b is None else _finite(operation(a, b)) for a, b in pairs]


def _as_series(value: Value, length: int) -> Series:
    if isinstance(value, tuple):
        raise ExpressionError("several series where one is needed")
    return value if isinstance(value, list) else [value] * length


def _finite(point: Point) -> Point:
    return point if point is not None and math.isfinite(point) else None


def _repeat(series: Series) -> Series:
    """Missing points repeat the one before; the first ones have none to repeat."""
    filled: Series = []
    for point in series:
        filled.append(point if point is not None or not filled else filled[-1])
    return filled


def _interpolate(series: Series) -> Series:
    """Missing points lie on the line between their neighbours; at the ends there is only one."""
    known = [index for index, point in enumerate(series) if point is not None]
    filled = list(series)
    for first, last in itertools.pairwise(known):
        start, end = series[first], series[last]
        assert start is not None
        assert end is not None
        for index in range(first + 1, last):
            filled[index] = start + (end - start) * (index - first) / (last - first)
    return filled
