"""Writes what options must accept, for type checkers: python -m tests.typing.interfaces FILE.

pyright does not accept CDK's classes as the interfaces that they implement, so annotations name both. The
file passes an object of each class to each option whose annotation names one of its interfaces.
"""

import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast, is_typeddict

import lambda_constructs
from lambda_constructs.core.annotations import OptionType, kinds_of

SERVICES: Final = (
    "amazonmq",
    "apigatewayv2",
    "certificatemanager",
    "cloudwatch",
    "cloudwatch_actions",
    "codedeploy",
    "cognito",
    "dynamodb",
    "ec2",
    "elasticloadbalancingv2",
    "events",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "lambda_nodejs",
    "logs",
    "msk",
    "s3",
    "scheduler",
    "secretsmanager",
    "ses",
    "sns",
    "sqs",
    "ssm",
    "wafv2",
)
MODULES: Final = {f"aws_{service}": import_module(f"aws_cdk.aws_{service}") for service in SERVICES}
PASSED: Final = {"Sequence": "[given]", "Mapping": '{"KEY": given}'}


def annotated() -> Iterator[tuple[str, str, str, tuple[OptionType, ...]]]:
    """Every option of the public classes: its name, the module and the text of its annotation, its types."""
    for name in dir(lambda_constructs):
        kind = getattr(lambda_constructs, name)
        if not isinstance(kind, type):
            continue
        by_field = dataclasses.is_dataclass(kind) or is_typeddict(kind)
        for owner in kind.__mro__[:-1] if by_field else [cast(Any, kind).__init__]:
            if not owner.__module__.startswith("lambda_constructs"):
                continue
            kinds = kinds_of(owner)
            for option, annotation in inspect.get_annotations(owner).items():
                text: Any = getattr(annotation, "__forward_arg__", annotation)
                if option in kinds:
                    yield f"{name}.{option}", owner.__module__, text, kinds[option]


def implementations(interface: str) -> Iterator[str]:
    """The classes of CDK that implement an interface and can be created."""
    for module, contents in MODULES.items():
        for name, kind in vars(contents).items():
            created = (
                inspect.isclass(kind) and kind.__module__ == contents.__name__ and name in contents.__all__
            )
            if created and not inspect.isabstract(kind) and not getattr(kind, "_is_protocol", False):
                interfaces = [each for base in kind.__mro__ for each in vars(base).get("__jsii_ifaces__", ())]
                if any(interface == base.__name__ for each in interfaces for base in each.__mro__):
                    yield f"{module}.{name}"


def lines() -> Iterator[str]:
    """The file: imports, and a function for each option and class."""
    yield from (f"from aws_cdk import {module}" for module in MODULES)
    imported = set()
    number = 0
    for option, module, text, kinds in annotated():
        outer = {kind.name: "given" for kind in kinds}
        outer |= {
            item.name: PASSED[kind.name] for kind in kinds for item in kind.items if kind.name in PASSED
        }
        for name, passed in outer.items():
            if not re.match("I[A-Z][a-z]", name):
                continue
            if module not in imported:
                imported.add(module)
                yield f"import {module}"
            annotation = re.sub(r"(?<![\w.])(?!None\b|str\b|bool\b|int\b)(?=[A-Za-z_])", f"{module}.", text)
            for implementation in implementations(name):
                number += 1
                yield f"def option_{number}(given: {implementation}) -> None:  # {option}"
                yield f"    _: {annotation} = {passed}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text("\n".join(lines()) + "\n")
