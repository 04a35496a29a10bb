"""Templates for snapshots: the hashes that each change of the code moves are masked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import assertions

_ASSET: Final = re.compile(r"\b[0-9a-f]{64}\b")
# CDK ends the logical ids of these resources with an MD5 hash of their content.
_RENAMED: Final = ("AWS::ApiGateway::Deployment", "AWS::Lambda::Version")
_HASH: Final = re.compile(r"[0-9a-f]{32}\Z")


def template_of(stack: cdk.Stack) -> dict[str, Any]:
    """Synthesize a stack and return its template with masked hashes: compare it with a snapshot.

    The snapshot then changes with the infrastructure, and not with every edit of a handler.

    Args:
        stack: The stack.
    """
    return masked(assertions.Template.from_stack(stack).to_json())


def masked(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template whose hashes are masked.

    The hashes of assets become `<hash>`, such as the keys of zips in S3 and the tags of images. So do the
    hashes in the logical ids of versions and deployments, also where other resources refer to them.

    Args:
        template: A CloudFormation template.
    """
    text = _ASSET.sub("<hash>", json.dumps(template))
    for name, resource in template.get("Resources", {}).items():
        if resource.get("Type") in _RENAMED:
            text = text.replace(name, _HASH.sub("<hash>", name))
    result: dict[str, Any] = json.loads(text)
    return result
