"""Rules for the runtime of a function: when AWS ends its support."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from ..template.targets import FUNCTION
from ..template.template import Template
from .names import nearest
from .rule import Place, Words, at, rule, warning
from .urls import RUNTIMES_URL

_NOTICE: Final = timedelta(days=180)  # AWS notifies this long before the deprecation: RUNTIMES_URL
_NAMES: Final = {"runtime": ("runtime", "Runtime")}


class Lifecycle(NamedTuple):
    """The end of a runtime, as dates in ISO format."""

    deprecated: str  # AWS no longer supports it
    create: str | None  # Lambda refuses new functions; None for runtimes that only images have
    update: str | None  # Lambda refuses updates of functions; None for runtimes that only images have
    successor: str | None  # the newest runtime of its language; None if it is the newest

    def notice(self) -> str:
        """The day from which AWS notifies of the deprecation."""
        return (date.fromisoformat(self.deprecated) - _NOTICE).isoformat()


# Of RUNTIMES_URL in cfn-lint 1.58.0 of November 2026; a test compares the two.
LIFECYCLES: Final[Mapping[str, Lifecycle]] = {
    "dotnet10": Lifecycle("2028-11-14", "2028-12-14", "2029-01-15", None),
    "dotnet6": Lifecycle("2024-12-20", "2027-02-01", "2027-03-03", "dotnet10"),
    "dotnet8": Lifecycle("2026-11-10", "2027-02-01", "2027-03-03", "dotnet10"),
    "dotnet9": Lifecycle("2026-11-10", None, None, "dotnet10"),
    "dotnetcore1.0": Lifecycle("2019-06-27", "2019-06-30", "2019-07-30", "dotnet10"),
    "dotnetcore2.0": Lifecycle("2019-05-30", "2019-04-30", "2019-05-30", "dotnet10"),
    "dotnetcore2.1": Lifecycle("2022-01-05", "2022-01-05", "2022-04-13", "dotnet10"),
    "dotnetcore3.1": Lifecycle("2023-04-03", "2023-04-03", "2023-05-03", "dotnet10"),
    "go1.x": Lifecycle("2024-01-08", "2024-02-08", "2027-03-03", "provided.al2023"),
    "java11": Lifecycle("2027-06-30", "2027-07-31", "2027-08-31", "java25"),
    "java17": Lifecycle("2027-06-30", "2027-07-31", "2027-08-31", "java25"),
    "java21": Lifecycle("2029-06-30", "2029-07-31", "2029-08-31", "java25"),
    "java25": Lifecycle("2029-06-30", "2029-07-31", "2029-08-31", None),
    "java8": Lifecycle("2024-01-08", "2024-02-08", "2027-03-03", "java25"),
    "java8.al2": Lifecycle("2027-06-30", "2027-07-31", "2027-08-31", "java25"),
    "nodejs": Lifecycle("2016-08-30", "2016-09-30", "2016-10-31", "nodejs24.x"),
    "nodejs10.x": Lifecycle("2021-07-30", "2021-07-30", "2022-02-14", "nodejs24.x"),
    "nodejs12.x": Lifecycle("2023-03-31", "2023-03-31", "2023-04-30", "nodejs24.x"),
    "nodejs14.x": Lifecycle("2023-12-04", "2024-01-09", "2027-03-03", "nodejs24.x"),
    "nodejs16.x": Lifecycle("2024-06-12", "2027-02-01", "2027-03-03", "nodejs24.x"),
    "nodejs18.x": Lifecycle("2025-09-01", "2027-02-01", "2027-03-03", "nodejs24.x"),
    "nodejs20.x": Lifecycle("2026-04-30", "2027-02-01", "2027-03-03", "nodejs24.x"),
    "nodejs22.x": Lifecycle("2027-04-30", "2027-06-01", "2027-07-01", "nodejs24.x"),
    "nodejs24.x": Lifecycle("2028-04-30", "2028-06-01", "2028-07-01", None),
    "nodejs4.3": Lifecycle("2020-03-05", "2020-02-03", "2020-03-05", "nodejs24.x"),
    "nodejs4.3-edge": Lifecycle("2020-03-05", "2019-03-31", "2019-04-30", "nodejs24.x"),
    "nodejs6.10": Lifecycle("2019-08-12", "2019-07-12", "2019-08-12", "nodejs24.x"),
    "nodejs8.10": Lifecycle("2020-03-06", "2020-02-04", "2020-03-06", "nodejs24.x"),
    "provided": Lifecycle("2024-01-08", "2024-02-08", "2027-03-03", "provided.al2023"),
    "provided.al2": Lifecycle("2026-07-31", "2027-02-01", "2027-03-03", "provided.al2023"),
    "provided.al2023": Lifecycle("2029-06-30", "2029-07-31", "2029-08-31", None),
    "python2.7": Lifecycle("2021-07-15", "2021-07-15", "2022-05-30", "python3.14"),
    "python3.10": Lifecycle("2026-10-31", "2027-02-01", "2027-03-03", "python3.14"),
    "python3.11": Lifecycle("2027-06-30", "2027-07-31", "2027-08-31", "python3.14"),
    "python3.12": Lifecycle("2028-10-31", "2028-11-30", "2029-01-10", "python3.14"),
    "python3.13": Lifecycle("2029-06-30", "2029-07-31", "2029-08-31", "python3.14"),
    "python3.14": Lifecycle("2029-06-30", "2029-07-31", "2029-08-31", None),
    "python3.6": Lifecycle("2022-07-18", "2022-07-18", "2022-08-29", "python3.14"),
    "python3.7": Lifecycle("2023-12-04", "2024-01-09", "2027-03-03", "python3.14"),
    "python3.8": Lifecycle("2024-10-14", "2027-02-01", "2027-03-03", "python3.14"),
    "python3.9": Lifecycle("2025-12-15", "2027-02-01", "2027-03-03", "python3.14"),
    "ruby2.5": Lifecycle("2021-07-30", "2021-07-30", "2022-03-31", "ruby4.0"),
    "ruby2.7": Lifecycle("2023-12-07", "2024-01-09", "2027-03-03", "ruby4.0"),
    "ruby3.2": Lifecycle("2026-03-31", "2027-02-01", "2027-03-03", "ruby4.0"),
    "ruby3.3": Lifecycle("2027-03-31", "2027-04-30", "2027-05-31", "ruby4.0"),
    "ruby3.4": Lifecycle("2028-03-31", "2028-04-30", "2028-05-31", "ruby4.0"),
    "ruby4.0": Lifecycle("2029-03-31", "2029-04-30", "2029-05-31", None),
}

# Runtimes of botocore's shape Runtime for which AWS has not published dates yet, such as previews.
UNDATED: Final = frozenset(
    {"custom", "java11.al2023", "java17.al2023", "java8.al2023", "nodejs26.x", "python3.15"}
)


def today() -> str:
    """The current day in ISO format; tests replace it."""
    return datetime.now(UTC).date().isoformat()


@warning(
    why="A deprecated runtime gets no security updates and no support; later Lambda refuses to create and to "
    "update its functions.",
    source=RUNTIMES_URL,
    names=_NAMES,
)
def runtime_deprecated(words: Words, runtime: str, day: str) -> str | None:
    """The runtime is supported for at least 180 more days."""
    found = LIFECYCLES.get(runtime)
    if found is None or _is_refused(found, day) or day < found.notice():
        return None
    verb = "deprecated" if found.deprecated <= day else "deprecates"
    refused = f", and Lambda refuses new functions from {found.create}" if found.create else ""
    return (
        f"{words.runtime} is {runtime}, which AWS {verb} on {found.deprecated}{refused}; use "
        f"{found.successor or 'a newer runtime'}"
    )


@rule(why="Lambda refuses to create the function.", source=RUNTIMES_URL, names=_NAMES)
def runtime_refused(words: Words, runtime: str, day: str) -> str | None:
    """Lambda still creates functions with the runtime."""
    found = LIFECYCLES.get(runtime)
    if found is None or not _is_refused(found, day):
        return None
    return (
        f"{words.runtime} is {runtime}: Lambda refuses new functions since {found.create}, and updates from "
        f"{found.update}; use {found.successor or 'a newer runtime'}"
    )


@warning(
    why="Lambda refuses to create a function with a runtime that it does not have. It gets new ones, so this "
    "list of runtimes can be too old.",
    source=RUNTIMES_URL,
    names=_NAMES,
)
def runtime_unknown(words: Words, runtime: str, day: str) -> str | None:
    """The runtime is one that Lambda has."""
    if runtime in LIFECYCLES or runtime in UNDATED:
        return None
    meant = nearest(runtime, LIFECYCLES)
    if meant and LIFECYCLES[meant].notice() <= day:
        meant = LIFECYCLES[meant].successor or meant
    advice = f"write {meant}" if meant else "correct its name"
    return f"{words.runtime} is {runtime!r}, which is not a known runtime; {advice}"


@runtime_deprecated.in_template
@runtime_refused.in_template
@runtime_unknown.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if (runtime := function.text("Runtime")) is not None:
            yield at(function, "Runtime", runtime, today())


def _is_refused(found: Lifecycle, day: str) -> bool:
    return found.create is not None and found.create <= day
