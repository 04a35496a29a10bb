"""The functions of an app, in the templates that `cdk synth` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..rules.function import TIMEOUT_DEFAULT
from ..rules.ranges import memory_size_range
from ..template.changes import references
from ..template.intrinsics import mapping
from ..template.targets import FUNCTION
from ..template.template import Resource, Template, value_at
from ..template.values import Value
from ..template.workloads import KEY
from .advice import refuse
from .files import File, StrPath
from .json_values import Json, whole
from .rules.report import assembly_form


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
    """The functions of an app in the folder that `cdk synth` writes; one without templates is refused."""
    folder = Path(path)
    regions = _regions(folder)
    templates = _files(folder, "*.template.json")
    if not templates:
        refuse(str(path), assembly_form, "it has no templates")
    # The manifest does not know nested stacks, which are in the region of their parent.
    only = next(iter(regions.values())) if len(set(regions.values())) == 1 else None
    return [
        function
        for template in templates
        for function in functions_of(_object(template), regions.get(template.name, only))
    ]


def _files(folder: Path, name: str) -> list[Path]:
    """The files of an assembly and of its stages, without those of assets."""
    return sorted([*folder.glob(name), *folder.glob(f"assembly-*/{name}")])


def _object(path: Path) -> dict[str, Json]:
    value = File(path).json(assembly_form)
    return value if isinstance(value, dict) else {}


def _regions(folder: Path) -> dict[str, str]:
    """The region of each template, which manifests know."""
    regions: dict[str, str] = {}
    for manifest in _files(folder, "manifest.json"):
        artifacts = _object(manifest).get("artifacts")
        for artifact in artifacts.values() if isinstance(artifacts, dict) else ():
            match artifact:
                case {
                    "type": "aws:cloudformation:stack",
                    "environment": str(environment),
                    "properties": {"templateFile": str(file)},
                } if not environment.endswith("unknown-region"):
                    regions[file] = environment.rpartition("/")[2]
    return regions


def functions_of(source: dict[str, Json], region: str | None) -> Iterator[Deployed]:
    """The functions of a template, whose stack is in a region if that is known before the deployment."""
    template, workloads = Template("", source), _workloads(source)
    for function in template.of_type(FUNCTION):
        workload = workloads.get(function.id, {})
        yield Deployed(
            path=workload.get("path", function.path).removesuffix("/Resource"),
            region=region,
            function=function,
            workload=workload,
            template=template,
        )


def _workloads(source: dict[str, Json]) -> dict[str, dict[str, str]]:
    """The workloads that the template names, by the logical id of their function."""
    found: dict[str, dict[str, str]] = {}
    listed = mapping(mapping(source.get("Metadata")).get(KEY)).get("workloads")
    for each in listed if isinstance(listed, list) else ():
        workload = {key: value for key, value in mapping(each).items() if isinstance(value, str)}
        found[workload.get("function", "")] = workload
    return found


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
