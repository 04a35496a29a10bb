"""The differences between what a driver expected and what it found."""

from collections import Counter
from collections.abc import Mapping

_MANY = 10


def differences(pairs: Mapping[str, tuple[object, object]]) -> list[str]:
    """Describe each difference between what was expected and what was found."""
    return [_difference(what, *pair) for what, pair in pairs.items() if pair[0] != pair[1]]


def _difference(what: str, wanted: object, found: object) -> str:
    """Describe only what differs: a hundred correct orders would hide a wrong one."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        keys = {key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key)}
        wanted = {key: wanted[key] for key in sorted(keys & wanted.keys())}
        found = {key: found[key] for key in sorted(keys & found.keys())}
    elif isinstance(wanted, list) and isinstance(found, list):
        common = Counter(wanted) & Counter(found)
        if common.total() > _MANY:
            wanted = sorted((Counter(wanted) - common).elements())
            found = sorted((Counter(found) - common).elements())
            what = f"{what} (beyond {common.total()} in common)"
    return f"expected {what}: {wanted}, found: {found}"
