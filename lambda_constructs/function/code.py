"""Where the code of a function comes from: a path, CDK's own code, or a container image."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_

from ..core.cdk_objects import ask, known_of, stack_of, tell
from ..core.guard import UNKNOWN, Guard
from ..packaging.python_code import PackagesLayer, PythonCode, asset, check_path, package
from ..rules.image import code_of_another_stack, image_platform
from ..template.values import Unknown

CodeSource: TypeAlias = lambda_.Code | lambda_.DockerImageCode | PythonCode | str | Path
"""The path of a folder or of a zip, a Python project, code as CDK takes it, or a container image."""

_IMAGES: Final = (lambda_.DockerImageCode, lambda_.AssetImageCode, lambda_.EcrImageCode)


def is_image(code: object) -> bool:
    """Whether code is a container image."""
    return isinstance(code, _IMAGES)


def resolve_code(
    guard: Guard,
    code: CodeSource,
    runtime: lambda_.Runtime,
    architecture: lambda_.Architecture,
    handler: str | None = None,
) -> tuple[lambda_.Code | lambda_.DockerImageCode, PackagesLayer | None]:
    """The code as CDK takes it: a path becomes an asset of the construct, and a project is packaged."""
    match code:
        case str() | Path():
            check_path(guard, code)
            return asset(guard.scope, Path(code)), None
        case PythonCode():
            return package(guard, code, runtime, architecture, handler)
        case _:
            return code, None


def check_code(
    guard: Guard, code: lambda_.Code | lambda_.DockerImageCode, architecture: lambda_.Architecture
) -> None:
    """Check that no other stack has the code, and that an image is built for the architecture."""
    stack = known_of(code).get("stack")
    if isinstance(stack, cdk.Stack) and stack is not stack_of(guard.scope):
        guard.refuse(code_of_another_stack, ask(stack, "stack_name"))
    if isinstance(code, lambda_.AssetCode):
        check_path(guard, ask(code, "path"))
    if isinstance(code, lambda_.AssetImageCode):
        guard.check(image_platform, _platform(code), architecture.name)


def keep_code(code: lambda_.Code | lambda_.DockerImageCode, stack: cdk.Stack) -> None:
    """Remember the stack whose assets the code is one of; other code is of no stack."""
    if isinstance(code, lambda_.AssetCode | lambda_.AssetImageCode):
        tell(code, "stack", stack)


@jsii.implements(cdk.IPropertyInjector)
class _Platform:
    """Reads the platform of an image that CDK is about to create, and prevents the creation."""

    platform: str | None = None

    @property
    def construct_unique_id(self) -> str:
        """The class whose options it reads."""
        return ecr_assets.DockerImageAsset.PROPERTY_INJECTION_ID

    def inject(self, original_props: Any, *, scope: object, id: str) -> Any:  # noqa: A002, ANN401, ARG002 - CDK's
        """Read the platform.

        Raises:
            LookupError: Always, so that CDK creates nothing.
        """
        platform = original_props.get("platform")
        self.platform = "" if platform is None else platform.platform
        raise LookupError(self.platform)


def _platform(code: lambda_.AssetImageCode) -> str | Unknown:
    """The platform that an image is built for; unknown if another function has created the image already.

    CDK does not expose it, but tells it to an injector when the code is about to become an image.
    """
    known = known_of(code)
    if "platform" not in known:
        stack, injector = cdk.Stack(), _Platform()
        cdk.PropertyInjectors.of(stack).add(injector)
        try:
            code.bind(stack)
        except RuntimeError:
            known["platform"] = UNKNOWN if injector.platform is None else injector.platform
    return cast("str | Unknown", known["platform"])
