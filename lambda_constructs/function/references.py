"""The resources that a version depends on: the function holds their names and ARNs.

A change can replace such a resource although the function's own properties stay the same in the template.
The alias would then keep a version with the old name, so the replacement must publish a version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_

from ..core.cdk_objects import known_of
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..rules.function import version_unpublished
from ..template.create_only import fixed_properties
from .direct_references import AT_DEPLOYMENT, direct_references

ENVIRONMENT: Final = "environment"  # of a function, as the workload knows it
_KEY: Final = "lambda-constructs:references"  # always empty, so it does not stand in a template
_TYPE: Final = "aws:cdk:cloudformation:type"
_PROPERTIES: Final = "aws:cdk:cloudformation:props"
# Lambda publishes no version for these. https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
_UNLOCKED: Final = (
    "codeSigningConfigArn",
    "reservedConcurrentExecutions",
    "runtimeManagementConfig",
    "tags",
    "tenancyConfig",
)
_OPTIONS: Final = {
    "ephemeralStorage": "ephemeral_storage_size",
    "kmsKeyArn": "encryption_key",
    "loggingConfig": "log_group",
    "memorySize": "memory_size",
    "securityGroupIds": "security_groups",
    "subnetIds": "vpc",
}


@jsii.implements(cdk.IAnyProducer)
class VersionReferences:
    """Lets what the functions of a stack refer to publish their versions.

    CDK asks it while it looks for references, after all aspects and before it writes any template.
    """

    def __init__(self, stack: StackResources) -> None:
        """No functions of the stack yet; CDK finds this object in the metadata of the stack's application.

        The metadata of a function would be read again for each mention of its version.
        """
        self._stack = stack.stack
        application = cast(codedeploy.CfnApplication, stack.application.node.default_child)
        application.add_metadata(_KEY, cdk.Lazy.uncached_any(self))
        self._functions: list[tuple[lambda_.Function, lambda_.CfnFunction, Guard]] = []
        self._published: dict[lambda_.Function, str] = {}

    def add(self, function: lambda_.Function, resource: lambda_.CfnFunction, guard: Guard) -> None:
        """Add a function."""
        self._functions.append((function, resource, guard))

    def produce(self, context: cdk.IResolveContext) -> None:
        """Hash what the functions refer to into their versions, and warn of what cannot be hashed."""
        if not context.preparing:
            return
        walk = _Walk()
        locked: dict[cdk.CfnResource, dict[str, Any]]
        environments: dict[cdk.CfnResource, object] = {}
        locked = {resource: _locked(walk.read(resource)) for _, resource, _ in self._functions}
        for function, resource, _ in self._functions:
            if environment := known_of(function).get(ENVIRONMENT):
                environments[resource] = {"variables": environment}
        direct = direct_references(self._stack, locked, environments, walk.read)
        for function, resource, guard in self._functions:
            if resource in direct:
                self._publish(function, walk.digest(direct[resource]))
                continue
            digest, resolved = walk.references(resource, locked[resource])
            self._publish(function, digest)
            if late := list(_at_deployment(resolved)):
                guard.warn(function, version_unpublished, ", ".join(late))

    def _publish(self, function: lambda_.Function, digest: str) -> None:
        if digest and self._published.get(function) != digest:
            function.invalidate_version_based_on(digest)
            self._published[function] = digest


@jsii.implements(cdk.IFragmentConcatenator)
class _Text:
    """Joins the parts of a text, of which some may be calls of CloudFormation's functions."""

    def join(self, left: object, right: object) -> str:
        """One text."""
        return "".join(each if isinstance(each, str) else json.dumps(each) for each in (left, right) if each)


class _Walk(cdk.DefaultTokenResolver):
    """Resolves properties; a reference becomes the logical id and the digest of its resource."""

    def __init__(self) -> None:
        super().__init__(cast(cdk.IFragmentConcatenator, _Text()))
        self._digests: dict[cdk.CfnResource, str] = {}
        self._read: dict[cdk.CfnResource, tuple[str, Mapping[str, Any]]] = {}
        self._found: set[cdk.CfnResource] = set()
        self._inspector = cdk.TreeInspector()
        self._of_function = False

    def read(self, resource: cdk.CfnResource) -> tuple[str, Mapping[str, Any]]:
        """The type and the properties of a resource, read once."""
        if resource not in self._read:
            self._read[resource] = read(resource, self._inspector)
        return self._read[resource]

    def references(
        self, resource: cdk.CfnResource, properties: Mapping[str, object]
    ) -> tuple[str, dict[str, Any]]:
        """A digest of what would replace the resources that properties refer to, and the properties."""
        self._found, self._of_function = set(), True
        resolved = self._resolve(resource, properties)
        self._of_function = False
        return self.digest(self._found), resolved

    def digest(self, resources: Iterable[cdk.CfnResource]) -> str:
        """A digest of what would replace the resources that a function refers to; empty if nothing would."""
        found = {digest for each in resources if (digest := self._digest(each))}
        return _hash(sorted(found)) if found else ""

    def resolve_token(
        self, t: cdk.IResolvable, context: cdk.IResolveContext, post_processor: cdk.IPostProcessor
    ) -> object:
        """Resolve one token."""
        if isinstance(t, cdk.Reference):
            return self._refer(t)
        resolved = super().resolve_token(t, context, post_processor)
        if isinstance(resolved, dict) and "Fn::ImportValue" in resolved:
            return AT_DEPLOYMENT
        return resolved

    def _refer(self, reference: cdk.Reference) -> str:
        target = reference.target
        if isinstance(target, cdk.CfnParameter):
            return "" if "/AssetParameters/" in target.node.path else AT_DEPLOYMENT
        if not isinstance(target, cdk.CfnResource):
            return str(reference.display_name)
        if self._of_function:  # CDK's own hash contains the references of the function
            self._found.add(target)
            return ""
        name = cdk.Stack.of(target).resolve(target.logical_id)
        return f"{name}.{reference.display_name}:{self._digest(target)}"

    def _digest(self, resource: cdk.CfnResource) -> str:
        """A digest of the properties whose change replaces a resource; empty without such properties."""
        if resource not in self._digests:
            self._digests[resource] = ""  # for a resource that refers to itself
            kind, properties = self.read(resource)
            if fixed := dict(fixed_properties(kind, properties)):
                resolved = self._resolve(resource, fixed)
                self._digests[resource] = _hash(resolved) if resolved else ""
        return self._digests[resource]

    def _resolve(self, scope: cdk.CfnResource, properties: Mapping[str, object]) -> dict[str, Any]:
        resolved = cdk.Tokenization.resolve(dict(properties), scope=scope, resolver=self, preparing=False)
        return cast(dict[str, Any], resolved or {})


def _locked(found: tuple[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The properties of a function that its versions contain."""
    _, properties = found
    return {name: value for name, value in properties.items() if name not in _UNLOCKED}


def read(
    resource: cdk.CfnResource, inspector: cdk.TreeInspector | None = None
) -> tuple[str, Mapping[str, Any]]:
    """The type and the properties of a resource, as CDK's classes of resources tell them."""
    if not hasattr(resource, "inspect"):
        return "", {}
    inspector = inspector or cdk.TreeInspector()
    resource.inspect(inspector)
    attributes = inspector.attributes
    return attributes[_TYPE], attributes[_PROPERTIES] or {}


def _at_deployment(resolved: Mapping[str, Any]) -> Iterator[str]:
    """The options with a value that is known only at deployment."""
    options: dict[str, object] = {}
    for name, value in resolved.items():
        if name == "environment":
            options |= {f"environment[{key!r}]": text for key, text in value.get("variables", {}).items()}
        else:
            options |= value if name == "vpcConfig" else {name: value}
    for name, value in options.items():
        if AT_DEPLOYMENT in json.dumps(value):
            yield _OPTIONS.get(name, name)


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
