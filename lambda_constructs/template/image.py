"""The container images that the cloud assembly of a template builds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from .intrinsics import mapping
from .template import Resource, Template
from .values import flat
from .views import view

_HASH: Final = re.compile(r"[0-9a-f]{64}$")  # CDK tags an image with its hash, after a prefix


def platform_of(template: Template, function: Resource) -> str | None:
    """The platform that the image of a function is built for; None if that is not known."""
    found = _HASH.search(flat(function.get("Code", "ImageUri")))
    if found is None:
        return None
    platform = mapping(mapping(_images(template).get(found[0])).get("source")).get("platform")
    return platform if isinstance(platform, str) else None


@view
def _images(template: Template) -> Mapping[str, Any]:
    """The images that the stacks of the assembly build, by their hashes."""
    images: dict[str, Any] = {}
    for file in template.folder.glob("*.assets.json") if template.folder is not None else ():
        with suppress(ValueError):  # not JSON, so not of CDK
            images |= mapping(mapping(json.loads(file.read_bytes())).get("dockerImages"))
    return images
