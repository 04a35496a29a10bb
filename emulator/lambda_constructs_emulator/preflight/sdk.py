"""Finds the calls of `AwsCustomResource` that need a client which the emulator's Node.js runtimes lack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..paths import PACKAGE

_CLIENT: Final = "@aws-sdk/client-"
_SERVICE: Final = re.compile(r'"service":"([^"]+)"')
_NAMES_IN_V2: Final = {
    "cognitoidentityserviceprovider": "cognitoidentityprovider",
    "stepfunctions": "sfn",
}


def without_client(properties: Mapping[str, Any]) -> Iterator[str]:
    """The services that a resource of type `Custom::AWS` calls and that have no client here.

    CDK takes the name of a client in version 3 of the SDK, with or without that of its package, and the name
    of a service in version 2, in any case.
    """
    package = json.loads((PACKAGE / "server" / "package.json").read_text())
    clients = {_plain(name) for name in package["dependencies"] if name.startswith(_CLIENT)}
    for name in ("Create", "Update", "Delete"):
        # A call with values that are known at deployment is a list of parts.
        for service in _SERVICE.findall(json.dumps(properties.get(name, "")).replace('\\"', '"')):
            plain = _plain(service)
            if _NAMES_IN_V2.get(plain, plain) not in clients:
                yield service


def _plain(name: str) -> str:
    return name.removeprefix(_CLIENT).replace("-", "").lower()
