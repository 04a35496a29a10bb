"""The functions of an app, in the templates that `cdk synth` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..rules.ranges import memory_size_range
from .advice import refuse
from .files import File, StrPath
from .json_values import Json, parse_json, whole
from .rules.report import assembly_form

WORKLOADS: Final = "lambda-constructs"
_SIZES: Final = "lambda-constructs:sizes"
_STACK: Final = "aws:cloudformation:stack"
_TEMPLATES: Final = "*.template.json"
_TIMEOUT: Final = 3  # seconds, Lambda's default


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource of a template.

    Attributes:
        type: Its type, such as `AWS::SQS::Queue`.
        properties: Its properties.
        metadata: Its metadata.
    """

    type: str
    properties: Mapping[str, Json]
    metadata: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A function of an app, and the template that it is in.

    Attributes:
        path: The path of its construct, or its logical id.
        logical_id: Its logical id.
        region: The region of the stack; None if only the deployment knows it.
        function: The function.
        workload: The logical ids of the resources of its workload, by name; empty for a function that is not
            from this library.
        resources: All resources of the template.
    """

    path: str
    logical_id: str
    region: str | None
    function: Resource
    workload: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)

    @property
    def memory_size(self) -> int | None:
        """MB; None if only the deployment knows it."""
        return whole(self.function.properties.get("MemorySize", memory_size_range.low))

    @property
    def timeout(self) -> int | None:
        """Seconds; None if only the deployment knows it."""
        return whole(self.function.properties.get("Timeout", _TIMEOUT))

    @property
    def architecture(self) -> str:
        """`arm64` or `x86_64`, which is Lambda's default."""
        return "arm64" if self.function.properties.get("Architectures") == ["arm64"] else "x86_64"

    @property
    def name(self) -> str | None:
        """The name of the function; None if CloudFormation makes it."""
        name = self.function.properties.get("FunctionName")
        return name if isinstance(name, str) else None

    def file(self, kind: str, key: str) -> str | None:
        """The name of the file that a value was derived from, of which the template keeps evidence."""
        sizes = self.function.metadata.get(_SIZES)
        evidence = sizes.get(kind) if isinstance(sizes, dict) else None
        name = evidence.get(key) if isinstance(evidence, dict) else None
        return name if isinstance(name, str) else None

    def resource(self, name: str) -> Resource | None:
        """A resource of the workload, such as its `queue`; None if the template does not have it."""
        return self.resources.get(self.workload.get(name, ""))

    def referring(self, type_: str) -> list[Resource]:
        """The resources of a type that refer to the function or to another resource of the workload."""
        own = {self.logical_id, *self.workload.values()}
        return [
            resource
            for resource in self.resources.values()
            if resource.type == type_ and not own.isdisjoint(_references(dict(resource.properties)))
        ]


def read_functions(path: StrPath) -> list[Deployed]:
    """Read all functions of an app.

    Args:
        path: The folder that `cdk synth` writes, such as `cdk.out`.

    Raises:
        ConfigurationError: The folder has no templates, or one that cannot be read.
    """
    folder = Path(path)
    regions = _regions(folder)
    templates = _files(folder, _TEMPLATES)
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
    try:
        value = parse_json(File(path).text())
    except ValueError as error:
        refuse(str(path), assembly_form, f"it is not JSON ({error})")
    return value if isinstance(value, dict) else {}


def _regions(folder: Path) -> dict[str, str]:
    """The region of each template, which manifests know."""
    regions: dict[str, str] = {}
    for manifest in _files(folder, "manifest.json"):
        artifacts = _object(manifest).get("artifacts")
        for artifact in artifacts.values() if isinstance(artifacts, dict) else ():
            match artifact:
                case {
                    "type": str(type_),
                    "environment": str(environment),
                    "properties": {"templateFile": str(file)},
                } if type_ == _STACK and not environment.endswith("unknown-region"):
                    regions[file] = environment.rpartition("/")[2]
    return regions


def functions_of(template: dict[str, Json], region: str | None) -> Iterator[Deployed]:
    """The functions of a template.

    Args:
        template: The template.
        region: The region of its stack; None if only the deployment knows it.
    """
    found = template.get("Resources")
    resources = {
        logical_id: Resource(
            type=str(body.get("Type")), properties=_part(body, "Properties"), metadata=_part(body, "Metadata")
        )
        for logical_id, body in (found.items() if isinstance(found, dict) else ())
        if isinstance(body, dict)
    }
    workloads = _workloads(template)
    for logical_id, resource in resources.items():
        if resource.type == "AWS::Lambda::Function":
            workload = workloads.get(logical_id, {})
            path = workload.get("path", resource.metadata.get("aws:cdk:path", logical_id))
            yield Deployed(
                path=str(path).removesuffix("/Resource"),
                logical_id=logical_id,
                region=region,
                function=resource,
                workload=workload,
                resources=resources,
            )


def _workloads(template: dict[str, Json]) -> dict[str, dict[str, str]]:
    """The workloads that the template names, by the logical id of their function."""
    found: dict[str, dict[str, str]] = {}
    listed = _part(_part(template, "Metadata"), WORKLOADS).get("workloads")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            workload = {key: value for key, value in each.items() if isinstance(value, str)}
            found[workload.get("function", "")] = workload
    return found


def _part(value: Mapping[str, Json], key: str) -> dict[str, Json]:
    part = value.get(key)
    return part if isinstance(part, dict) else {}


def _references(value: Json) -> Iterator[str]:
    """The logical ids that a value refers to."""
    match value:
        case {"Ref": str(logical_id)}:
            yield logical_id
        case {"Fn::GetAtt": [str(logical_id), *_]}:
            yield logical_id
        case dict():
            for each in value.values():
                yield from _references(each)
        case list():
            for each in value:
                yield from _references(each)
