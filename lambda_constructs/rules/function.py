"""Rules for the function itself: its description, its handler, its code, its layers, its concurrency."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from ..template.targets import FUNCTION
from ..template.template import Resource, Template
from ..template.values import Text, Unknown, Value, flat, is_known
from ..template.views import if_given
from .layer_names import named_support
from .ranges import numbers
from .rule import Place, Words, at, rule, texts, warning
from .urls import FUNCTION_API_URL, RESERVED_URL, RUNTIMES_URL

_INLINE_CODE_URL: Final = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html"
_INSIGHTS_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-extension-versions.html"
)
TIMEOUT_DEFAULT: Final = 3  # seconds: FUNCTION_API_URL
DESCRIPTION_MAXIMUM: Final = 256  # characters: botocore, lambda Description
_HANDLER: Final = re.compile(r"\S{1,128}")  # botocore, lambda Handler
_INLINE_CODE_RUNTIMES: Final = ("nodejs", "python")  # how their names begin: _INLINE_CODE_URL
_SDK_3_SINCE: Final = 18  # RUNTIMES_URL
_SDK_2: Final = re.compile(r"(\brequire\s*\(|\bfrom|\bimport)\s*['\"]aws-sdk(/[^'\"]*)?['\"]")
ARCHITECTURE_DEFAULT: Final = "x86_64"  # FUNCTION_API_URL
RESERVED: Final = "ReservedConcurrentExecutions"


@rule(
    why="Lambda refuses the function.",
    source=FUNCTION_API_URL,
    names={"description": ("description", "Description")},
)
def description_length(words: Words, description: str) -> str | None:
    """At most 256 characters."""
    length = len(description)
    if length <= DESCRIPTION_MAXIMUM:
        return None
    return f"{words.description} has {length} characters, Lambda allows {DESCRIPTION_MAXIMUM}; shorten it"


description_length.in_template(texts(FUNCTION, "Description"))


@rule(why="Lambda refuses the function.", source=FUNCTION_API_URL, names={"handler": ("handler", "Handler")})
def handler_form(words: Words, handler: str) -> str | None:
    """The method that Lambda calls: 1 to 128 characters without spaces."""
    if _HANDLER.fullmatch(handler):
        return None
    return f"{words.handler} is {handler!r}; name the method that Lambda calls, such as module.function"


@handler_form.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if (handler := function.text("Handler")) is not None:
            yield at(function, "Handler", handler)


@rule(why="CloudFormation refuses the function.", source=_INLINE_CODE_URL)
def inline_code_runtime(words: Words, runtime: str, *, supported: bool) -> str | None:
    """Code in the template is Python or JavaScript."""
    if supported:
        return None
    fix = words("pass Code.from_asset(...)", "put the code into S3 and set S3Bucket and S3Key")
    return f"{runtime} does not support inline code; {fix}"


@inline_code_runtime.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        runtime = function.text("Runtime")
        code = function.get("Code", "ZipFile")
        if runtime is not None and code is not None:
            supported = isinstance(runtime, str) and runtime.startswith(_INLINE_CODE_RUNTIMES)
            yield at(function, "Code/ZipFile", runtime, supported=supported or if_given(supported, code))


@warning(
    why="From nodejs18.x on, runtimes have only version 3 of the SDK: the function fails when it loads it.",
    source=RUNTIMES_URL,
)
def inline_code_sdk(_: Words, runtime: str, code: str) -> str | None:
    """Inline code loads the AWS SDK for JavaScript that its runtime has."""
    found = re.fullmatch(r"nodejs(\d+)\.x", runtime)
    if found is None or int(found[1]) < _SDK_3_SINCE or not _SDK_2.search(code):
        return None
    return f"the code loads aws-sdk, which {runtime} does not have; load a client such as @aws-sdk/client-s3"


@inline_code_sdk.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        runtime, code = function.text("Runtime"), function.get("Code", "ZipFile")
        if isinstance(runtime, str) and isinstance(code, str | Text) and not function.given("Layers"):
            yield at(function, "Code/ZipFile", runtime, flat(code))


@rule("insights-version", why="The deployment fails: the layer does not exist.", source=_INSIGHTS_URL)
def insights_version_known(
    _: Words, version: str, architecture: str, region: str, *, known: bool
) -> str | None:
    """The version of the Lambda Insights extension exists for the architecture in the region."""
    if known:
        return None
    return (
        f"insights_version is {version!r}, which this CDK does not know for {architecture} in {region}; "
        "choose a version from AWS's list, or pass the layer in layers"
    )


@warning(
    why="Lambda does not compare them: the function fails at its first import, or runs code that was built "
    "for another runtime.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/creating-deleting-layers.html",
)
def layer_incompatible(_: Words, layer: str, needed: str, declared: Collection[str]) -> str | None:
    """A layer supports the function's runtime and architecture, if it or its name declares any."""
    if not declared or needed in declared:
        return None
    return (
        f"layer {layer} supports {', '.join(declared)}, but the function uses {needed}; publish the layer "
        "for that too, or choose another layer"
    )


@layer_incompatible.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        needs = (function.text("Runtime"), architecture_of(function))
        for index, value in enumerate(function.items("Layers")):
            layer = template.referred(value)
            about: list[Resource] = []
            supported: Sequence[list[str] | Unknown]
            if layer is None or layer.type != "AWS::Lambda::LayerVersion":
                name, supported = named_support(value)
            else:
                about, name = [layer], layer.id
                supported = [
                    _declared(layer.get("CompatibleRuntimes")),
                    _declared(layer.get("CompatibleArchitectures")),
                ]
            for needed, declared in zip(needs, supported, strict=True):
                if needed is not None and declared:
                    yield at(function, f"Layers/{index}", name, needed, declared, about=about)


def architecture_of(function: Resource) -> str | Unknown:
    """The architecture of a function in a template."""
    return function.text("Architectures", 0) or ARCHITECTURE_DEFAULT


def _declared(value: Value) -> list[str] | Unknown:
    """The runtimes or architectures that a layer supports; empty if it declares none."""
    if isinstance(value, list) and is_known(value):
        return [str(each) for each in value]
    return [] if value is None else Unknown("what the layer supports")


@warning(
    why="A new value alone publishes no version, so the alias keeps the version with the old value.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html",
)
def version_unpublished(_: Words, options: str) -> str | None:
    """Everything that a version contains is known at synthesis."""
    if not options:
        return None
    return (
        f"a value is known only at deployment, in {options}; a new value publishes no version, so pass one "
        "that is known at synthesis, or a text that changes with it to function.invalidate_version_based_on"
    )


@rule(
    why="Lambda refuses a negative reservation.",
    source=RESERVED_URL,
    names={"reserved": ("reserved_concurrency", RESERVED)},
)
def reserved_concurrency_range(words: Words, reserved_concurrency: int) -> str | None:
    """Zero or more; zero stops the function."""
    if reserved_concurrency >= 0:
        return None
    return f"{words.reserved} is {reserved_concurrency}; set it to 0 or more, or leave it out"


reserved_concurrency_range.in_template(numbers(FUNCTION, RESERVED).find)
