"""Rules for file systems that functions mount: Amazon EFS and Amazon S3 Files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.targets import FUNCTION
from ..template.template import Template
from .modes import FILE_SYSTEM_URL
from .ranges import Service, items
from .rule import Place, Words, at, rule
from .urls import FUNCTION_API_URL

_SYSTEMS: Final = "FileSystemConfigs"


@rule(
    "file-system-network",
    why="Lambda refuses the function: it reaches a file system through the VPC of its mount targets.",
    source=FILE_SYSTEM_URL,
)
def file_system_network(_: Words, *, in_vpc: bool) -> str | None:
    """A function that mounts a file system is in a VPC."""
    if in_vpc:
        return None
    return (
        "the function mounts a file system, but is not in a VPC; set VpcConfig to the VPC of the file system"
    )


@file_system_network.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if function.given(_SYSTEMS) is True and function.count(_SYSTEMS) != 0:
            yield at(function, _SYSTEMS, in_vpc=function.given("VpcConfig"))


file_systems_maximum = Service("Lambda", FUNCTION_API_URL).allows(
    "file-systems-maximum",
    (0, 1),
    "",
    "the number of file systems",
    items("the number of FileSystemConfigs", FUNCTION, _SYSTEMS),
    above="mount one access point",
)
