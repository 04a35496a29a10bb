"""Rules for tenant isolation."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ..template.targets import FUNCTION
from ..template.template import Template
from ..template.trigger_kinds import INTEGRATION
from ..template.triggers import triggers_by_function
from ..template.warm import warm_of
from .rule import Place, Words, at, rule

_TENANCY: Final = "TenancyConfig"


@rule(
    "tenant-isolation",
    why="Lambda refuses the configuration, or every invocation of the trigger, which has no tenant ID.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html",
    construction=False,
)
def tenant_isolation(_: Words, excluded: Collection[str]) -> str | None:
    """Tenant isolation excludes SnapStart, provisioned concurrency, and all triggers but API Gateway."""
    if not excluded:
        return None
    return (
        f"{_TENANCY} excludes {', '.join(excluded)}; leave it out, or invoke the function by API Gateway "
        "or by code, with a tenant ID"
    )


@tenant_isolation.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if function.given(_TENANCY):
            triggers = triggers_by_function(template).get(function.id, ())
            others = [each for each in triggers if each.name != INTEGRATION]
            warm = list(warm_of(template, function))
            excluded = ["SnapStart"] if function.get("SnapStart", "ApplyOn") == "PublishedVersions" else []
            excluded += ["provisioned concurrency"] if warm else []
            excluded += dict.fromkeys(f"{each.name}s" for each in others)
            about = [*(each.resource for each in others), *(part for each in warm for part in each.resources)]
            yield at(function, _TENANCY, excluded, about=about)
