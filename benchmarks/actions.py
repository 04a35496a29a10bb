"""Writes the names of all actions of IAM for the rule `action-unknown`: `python -m benchmarks.actions`.

The names are those of AWS's Service Authorization Reference as cfn-lint has it, in lower case; botocore has
most of them in upper and lower case.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import botocore.session
from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource

from lambda_constructs.rules.actions import FILE


def text() -> str:
    """One line for each service: its prefix and its actions."""
    names = {each.lower(): each for each in operations()}
    services = load_resource(AdditionalSpecs, "Policies.json")
    return "\n".join(
        " ".join([service, *(names.get(action, action) for action in sorted(found["Actions"]))])
        for service, found in sorted(services.items())
    )


def operations() -> Iterator[str]:
    """The names of the operations of all services."""
    session = botocore.session.get_session()
    for service in session.get_available_services():
        yield from session.get_service_model(service).operation_names


if __name__ == "__main__":
    FILE.write_bytes(gzip.compress(text().encode(), mtime=0))
