"""The target of packages: a Python version, an architecture, and the C library of the runtime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..rules.package_code import GLIBC
from ..rules.python_code import python_code_runtime
from .refusal import refuse_if

_RUNTIMES: Final = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
_MACHINES: Final = {"arm64": "aarch64", "x86_64": "x86_64"}
_OLDEST: Final = 17  # manylinux2014, the oldest that wheels for aarch64 name


@dataclass(frozen=True)
class Target:
    """A runtime and an architecture, as wheels and uv name them."""

    runtime: str  # the runtime, such as "python3.13"
    architecture: str  # the architecture, "arm64" or "x86_64"

    def __post_init__(self) -> None:
        """Refuse a runtime that is not Python's."""
        refuse_if(python_code_runtime, self.runtime, _RUNTIMES)

    def __str__(self) -> str:
        return f"{self.runtime} on {self.architecture}"

    @property
    def python(self) -> str:
        """The version of Python, such as "3.13"."""
        return self.runtime.removeprefix("python")

    @property
    def machine(self) -> str:
        """The architecture, as Linux names it."""
        return _MACHINES[self.architecture]

    @property
    def platforms(self) -> list[str]:
        """The platform tags of wheels that the runtime can load, the best first."""
        newest = GLIBC[self.runtime]
        tags = [f"manylinux_2_{minor}_{self.machine}" for minor in range(newest, _OLDEST - 1, -1)]
        return [*tags, f"manylinux2014_{self.machine}", f"linux_{self.machine}"]

    @property
    def uv_platform(self) -> str:
        """The platform, as uv names it; uv does not have a tag for glibc 2.26."""
        newest = GLIBC[self.runtime]
        return f"{self.machine}-manylinux{f'_2_{newest}' if newest > 26 else '2014'}"

    @property
    def markers(self) -> Mapping[str, str]:
        """The environment that requirements are asked in."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }
