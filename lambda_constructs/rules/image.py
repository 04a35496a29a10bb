"""Rules for functions whose code is a container image."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ..template.image import platform_of
from ..template.targets import FUNCTION
from ..template.template import Template
from .function import architecture_of
from .rule import Place, Words, at, rule
from .urls import ARCHITECTURES_URL

_IMAGES_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/images-create.html"
# What only .zip file archives have, as an option and as a property of a template: _IMAGES_URL
EXCLUDED: Final = {
    "handler": "Handler",
    "runtime": "Runtime",
    "layers": "Layers",
    "insights_version": "",
    "code_signing_config": "CodeSigningConfigArn",
    "runtime_management_mode": "RuntimeManagementConfig",
}
PLATFORMS: Final = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}  # Docker's names: ARCHITECTURES_URL


@rule(
    why="Lambda refuses the function: the image holds the runtime, the handler and the extensions.",
    source=_IMAGES_URL,
)
def image_excludes(words: Words, given: Collection[str]) -> str | None:
    """Handler, runtime, layers, code signing and runtime management are for .zip file archives only."""
    if not given:
        return None
    fix = words(
        "set the handler with cmd of the image, install what layers would add in the Dockerfile",
        "set the handler with ImageConfig, install what layers would add in the Dockerfile",
    )
    return f"{', '.join(given)} given for a container image; leave it out: {fix}"


@image_excludes.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if function.text("PackageType") == "Image":
            names = [name for name in EXCLUDED.values() if name and function.given(name) is True]
            yield at(function, "PackageType", names)


@rule(
    why="Docker builds for the processor of the machine that it runs on. An image for another processor "
    "than the function's fails at every invocation.",
    source=ARCHITECTURES_URL,
)
def image_platform(words: Words, platform: str, architecture: str) -> str | None:
    """CDK builds a container image for the function's architecture."""
    needed = PLATFORMS.get(architecture, platform)
    if platform == needed:
        return None
    found = f"is built for {platform}" if platform else "does not name a platform"
    fix = words(
        f'use DockerImageCode.from_image_asset(...), or pass platform=Platform.custom("{needed}")',
        f"build it for {needed}, or set Architectures to the one that it is built for",
    )
    return f"the image {found}, but the function's architecture is {architecture}; {fix}"


@image_platform.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if (platform := platform_of(template, function)) is not None:
            yield at(function, "Architectures", platform, architecture_of(function))


@rule(
    why="CDK uploads an asset for one stack, and fails if another stack uses it.",
    source="https://docs.aws.amazon.com/cdk/v2/guide/assets.html",
)
def code_of_another_stack(_: Words, stack: str) -> str | None:
    """Each stack has its own Code, so workloads in several stacks share a path."""
    return (
        f"code belongs to stack {stack} already; pass the path instead of Code.from_asset(path), which works "
        "in every stack, or create a Code for each stack"
    )
