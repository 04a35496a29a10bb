"""Matching the functions of an app with the measurements and profiles in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

from ..errors import ConfigurationError
from .assembly import Deployed
from .measurement import Measurement
from .power_tuning import read_measurement
from .profile import Profile
from .profile_file import read_profile


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The files of a folder."""

    measurements: dict[str, Measurement]  # results of Power Tuning by the name of the file
    profiles: dict[str, Profile]  # profiles by the name of the file
    unread: dict[str, str]  # why a file is neither, by its name

    def measurement(self, function: Deployed) -> Measurement | None:
        """The measurement of a function.

        It is the file that the template names as the origin of its memory size, else the one that names the
        function, else the one that is called like the construct: `orders.tuning.json` for `Shop/Orders`; of
        several, the latest.
        """
        named = self.measurements.get(function.file("memorySize", "measurement") or "")
        if named is not None:
            return named
        found = [
            each
            for file, each in self.measurements.items()
            if (function.name and each.title == function.name) or _same(file, function)
        ]
        return max(found, key=lambda each: each.day or "", default=None)

    def profile(self, function: Deployed) -> Profile | None:
        """The profile of a function, found like its measurement."""
        for kind in ("memorySize", "timeout"):
            named = self.profiles.get(function.file(kind, "profile") or "")
            if named is not None:
                return named
        found = [
            each
            for file, each in self.profiles.items()
            if (function.name and each.functions == (function.name,)) or _same(file, function)
        ]
        return max(found, key=lambda each: each.days, default=None)


def read_measured(folder: Path) -> Measured:
    """All files of a folder; an OSError if it cannot be read."""
    found = Measured(measurements={}, profiles={}, unread={})
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        try:
            found.measurements[path.name] = read_measurement(path)
            continue
        except ConfigurationError as error:
            problem = error
        try:
            found.profiles[path.name] = read_profile(path)
        except ConfigurationError as error:
            # What the file fails to be is in the error of the kind that its name tells.
            found.unread[path.name] = str(problem if "tuning" in path.name else error)
    return found


def _same(file: str, function: Deployed) -> bool:
    """Whether a file is called like the construct."""
    parts = [_letters(part) for part in PurePath(function.path).parts]
    return _letters(file.partition(".")[0]) in parts


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
