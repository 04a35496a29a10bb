"""Rules for regulated workloads."""

from __future__ import annotations

from collections.abc import Collection

from .rule import Words, rule


@rule(
    why="The packs of cdk-nag for HIPAA, NIST 800-53 or PCI DSS report the workload.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/operational-best-practices-for-hipaa_security.html",
)
def regulated_option_missing(_: Words, missing: Collection[str]) -> str | None:
    """A regulated workload has a VPC, an encryption key, reserved concurrency, and a topic for its alarms."""
    if not missing:
        return None
    it = "it" if len(missing) == 1 else "them"
    return (
        f"regulated is True, but {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not given; "
        f"pass {it}, such as in a preset, or acknowledge the findings yourself without regulated"
    )
