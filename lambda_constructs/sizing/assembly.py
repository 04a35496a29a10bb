"""The functions of an app, in the templates that `cdk synth` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..rules.function import TIMEOUT_DEFAULT
from ..rules.ranges import memory_size_range
from ..template.assembly import read_app
from ..template.changes import references
from ..template.files import readable
from ..template.targets import FUNCTION
from ..template.template import Resource, Template, value_at
from ..template.values import Value
from ..template.workloads import workloads_of
from .files import StrPath
from .json_values import whole


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A function of an app, and the template that it is in."""

    path: str  # the path of its construct, or its logical id
    region: str | None  # the region of the stack; None if only the deployment knows it
    function: Resource
    # The logical ids of the resources of its workload, by name; empty for a function that is not from this
    # library
    workload: Mapping[str, str]
    template: Template

    @property
    def memory_size(self) -> int | None:
        """MB; None if only the deployment knows it."""
        return whole(self.function.integer("MemorySize", default=memory_size_range.low))

    @property
    def timeout(self) -> int | None:
        """Seconds; None if only the deployment knows it."""
        return whole(self.function.integer("Timeout", default=TIMEOUT_DEFAULT))

    @property
    def architecture(self) -> str:
        """`arm64` or `x86_64`, which is Lambda's default."""
        return "arm64" if self.function.get("Architectures", 0) == "arm64" else "x86_64"

    @property
    def name(self) -> str | None:
        """The name of the function; None if CloudFormation makes it."""
        return _text(self.function.get("FunctionName"))

    def file(self, kind: str, key: str) -> str | None:
        """The name of the file that a value was derived from, of which the template keeps evidence."""
        return _text(value_at(self.function.section("Metadata"), "lambda-constructs:sizes", kind, key))

    def resource(self, name: str) -> Resource | None:
        """A resource of the workload, such as its `queue`; None if the template does not have it."""
        return self.template.resources.get(self.workload.get(name, ""))

    def referring(self, type_: str) -> list[Resource]:
        """The resources of a type that refer to the function or to another resource of the workload."""
        own = {self.function.id, *self.workload.values()}
        return [
            resource
            for resource in self.template.of_type(type_)
            if not own.isdisjoint(references(resource.definition.get("Properties")))
        ]


def read_functions(path: StrPath) -> list[Deployed]:
    """The functions of an app in the folder that `cdk synth` writes; an UnreadableError without templates."""
    templates = readable(read_app(Path(path)))
    return [function for each in templates for function in functions_of(each.template, each.region)]


def functions_of(source: Mapping[str, Any], region: str | None) -> Iterator[Deployed]:
    """The functions of a template, whose stack is in a region if that is known before the deployment."""
    template = Template("", source)
    workloads = {each.get("function"): each for each in workloads_of(source)}
    for function in template.of_type(FUNCTION):
        workload = workloads.get(function.id, {})
        yield Deployed(
            path=workload.get("path", function.path).removesuffix("/Resource"),
            region=region,
            function=function,
            workload=workload,
            template=template,
        )


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
