"""Refuses functions and layers whose package is not in its bucket, is not a zip file, or is too large.

ministack creates a function without code, or a layer without content, and the API alone measures packages.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks

Settings = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

_lambda = hooks.module("services.lambda_svc")
_invalid_parameter: Callable[[str], Response] = hooks.attribute(_lambda, "_invalid_parameter_value")
_package: Callable[..., bytes | None] = hooks.attribute(_lambda, "_fetch_code_from_s3")
_not_a_zip: Callable[[bytes | None], Response | None] = hooks.attribute(_lambda, "_reject_unreadable_zip")
_too_large: Callable[[bytes | None, Any], Response | None] = hooks.attribute(
    _lambda, "_validate_total_unzipped_size"
)
_moved: Callable[[str], str | None] = hooks.attribute(_lambda, "s3_code_region_message")

_CODE: Final = {"AWS::Lambda::Function": "Code", "AWS::Lambda::LayerVersion": "Content"}
_LARGEST_INLINE_CODE: Final = 4 * 1024 * 1024


def install() -> None:
    """Look at packages first, from the API and from CloudFormation.

    Raises:
        hooks.HookError: ministack creates functions or layers in another way now.
    """
    hooks.wrap(_lambda, "_create_function", _create)
    hooks.wrap(_lambda, "_publish_layer_version", _publish)
    for resource_type, code in _CODE.items():
        for operation in provisioning.operations(resource_type) & {"create", "update"}:
            provisioning.wrap(resource_type, operation, _provision(code))


def _create(original: Callable[[Settings], Response], settings: Settings) -> Response:
    refusal = _refusal(settings.get("Code") or {}, settings.get("Layers"))
    return _invalid_parameter(refusal) if refusal else original(settings)


def _publish(original: Callable[[str, Settings], Response], name: str, settings: Settings) -> Response:
    refusal = _refusal(settings.get("Content") or {}, None)
    return _invalid_parameter(refusal) if refusal else original(name, settings)


def _provision(code: str) -> provisioning.Operation:
    def provision(original: provisioning.Operation, *arguments: Any) -> Any:  # noqa: ANN401 - ministack's
        *old, properties = provisioning.properties(arguments)
        location = properties.get(code) or {}
        if old and old[0].get(code) == properties.get(code):
            return original(*arguments)  # CloudFormation does not upload the same package again
        if len(location.get("ZipFile") or "") > _LARGEST_INLINE_CODE:
            raise provisioning.refused(
                f"Please provide a source code of at most {_LARGEST_INLINE_CODE} bytes."
            )
        if refusal := _refusal(location, properties.get("Layers")):
            raise provisioning.refused(refusal)
        return original(*arguments)

    return provision


def _refusal(location: Settings, layers: object) -> str | None:
    """Why Lambda does not take a package from a bucket, in the words of its API."""
    bucket, key = location.get("S3Bucket"), location.get("S3Key")
    if not bucket or not key or _moved(bucket):  # ministack refuses what is in another region
        return None
    package = _package(bucket, key, version_id=location.get("S3ObjectVersion"))
    if package is None:
        return (
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. "
            "S3 Error Message: The specified key does not exist."
        )
    response = _not_a_zip(package) or _too_large(package, layers)
    return str(json.loads(response[2])["message"]) if response else None
