"""Rules for tenant isolation."""

from __future__ import annotations

from collections.abc import Collection

from .modes import TENANTS, TENANTS_URL, combined, exclusions, refusal
from .rule import Words, rule


@rule(
    "tenant-isolation-excludes",
    why="Lambda refuses the configuration, or every invocation, because it has no tenant id.",
    source=TENANTS_URL,
)
def tenant_isolation_excludes(words: Words, features: Collection[str]) -> str | None:
    """Only invocations with a tenant id reach the function: direct ones, and those of a REST API."""
    found = exclusions(TENANTS, features)
    if not found:
        return None
    return refusal(words, TENANTS, found)


tenant_isolation_excludes.in_template(combined(TENANTS))
