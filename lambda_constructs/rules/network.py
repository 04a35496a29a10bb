"""Functions in a VPC."""

from __future__ import annotations

from collections.abc import Sequence

from . import limits
from .rule import Words, rule


@rule(
    "vpc-options",
    why="Without a VPC the option silently does nothing.",
    source=limits.VPC_URL,
)
def vpc_options(_: Words, options: str) -> str | None:
    """Options of the network only go with a VPC."""
    if not options:
        return None
    return f"{options} given without vpc; pass vpc=... too, or leave it out"


@rule(
    "vpc-subnets",
    why="The function would have no network.",
    source=limits.VPC_URL,
)
def vpc_subnets(_: Words, error: str) -> str | None:
    """The network has the subnets that are chosen."""
    return f"vpc_subnets choose none: {error}; choose subnets that vpc has"


@rule(
    "vpc-subnet-public",
    why="A function has no public address: from a public subnet it reaches neither the internet nor AWS.",
    source=limits.VPC_URL,
)
def vpc_subnet_public(_: Words, subnets: Sequence[str]) -> str | None:
    """Functions are in private subnets."""
    if not subnets:
        return None
    return (
        f"the function would be in {len(subnets)} public subnets, from which it reaches nothing; choose "
        "private ones as vpc_subnets"
    )
