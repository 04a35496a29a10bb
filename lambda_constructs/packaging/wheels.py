"""Which packages of a lock Lambda needs, and which of them have no wheel that it can load."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ..rules.python_code import uv_missing
from .lock import Package
from .refusal import RefusedError
from .target import Target

if TYPE_CHECKING:
    from packaging.tags import Tag

_SHOWN: Final = 4


def needed(packages: Iterable[Package], target: Target) -> list[Package]:
    """The packages whose markers hold in the runtime."""
    try:
        from packaging.markers import Marker  # noqa: PLC0415 - the extra
    except ImportError:
        raise RefusedError(uv_missing, "packaging") from None
    environment = dict(target.markers)
    return [each for each in packages if not each.marker or Marker(each.marker).evaluate(environment)]


def without_wheel(packages: Iterable[Package], target: Target) -> dict[str, str]:
    """The packages that Lambda cannot load, each with the wheels that it does offer."""
    tags = _tags(target)
    found = {}
    for package in packages:
        if package.wheels is None or package.folder is not None:
            continue
        offered = [_tags_of(wheel) for wheel in package.wheels]
        if not any(each & tags for each in offered):
            kinds = sorted({f"{tag.interpreter}-{tag.platform}" for each in offered for tag in each})
            more = " ..." if len(kinds) > _SHOWN else ""
            offer = f"wheels for {' '.join(kinds[:_SHOWN])}{more}" if kinds else "source only"
            found[package.name] = f"{package.name} {package.version} ({offer})"
    return found


def _tags(target: Target) -> set[Tag]:
    from packaging.tags import compatible_tags, cpython_tags  # noqa: PLC0415 - the extra

    major, minor = (int(part) for part in target.python.split("."))
    interpreter = f"cp{major}{minor}"
    return {
        *cpython_tags((major, minor), platforms=target.platforms),
        *compatible_tags((major, minor), interpreter, target.platforms),
    }


def _tags_of(wheel: str) -> frozenset[Tag]:
    from packaging.utils import parse_wheel_filename  # noqa: PLC0415 - the extra

    return parse_wheel_filename(wheel)[3]
