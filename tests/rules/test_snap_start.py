"""SnapStart in templates: the runtimes that have it, and what it excludes."""

from __future__ import annotations

from tests.audit.support import (
    Json,
    alias,
    found,
    function,
    kept_warm,
    parameter,
    ref,
    scalable,
    template,
    version,
)
from tests.for_each import for_each

RUNTIME, EXCLUDED = "snap-start-runtime", "snap-start-exclusions"
SECTIONS = {"Parameters": {"Open": parameter(), "Text": parameter("String")}}
STARTED = {"ApplyOn": "PublishedVersions"}


def shop(**resources: Json) -> Json:
    return template(SECTIONS, **{"Version": version(), "Alias": alias(), **resources})


@for_each(
    ("properties", "resources", "problems"),
    [
        ({"Runtime": "python3.11"}, {}, [(RUNTIME, "error")]),
        ({"Runtime": "nodejs24.x"}, {}, [(RUNTIME, "error")]),
        ({"Runtime": None, "PackageType": "Image"}, {}, []),
        ({"Runtime": ref("Text")}, {}, [(RUNTIME, "undecided")]),
        ({"EphemeralStorage": {"Size": 1024}}, {}, [(EXCLUDED, "error")]),
        ({"EphemeralStorage": {"Size": ref("Open")}}, {}, [(EXCLUDED, "undecided")]),
        ({"FileSystemConfigs": [{"Arn": "a"}]}, {}, [(EXCLUDED, "error")]),
        ({}, {"Alias": alias(**kept_warm(1))}, [(EXCLUDED, "error")]),
        ({}, {"Version": version(**kept_warm(1))}, [(EXCLUDED, "error")]),
        ({}, {"Scaling": scalable(1, 2)}, [(EXCLUDED, "error")]),
        ({"SnapStart": {"ApplyOn": "None"}, "Runtime": "python3.11"}, {"Scaling": scalable(1, 2)}, []),
        ({"Runtime": "java21"}, {}, []),
        ({"EphemeralStorage": {"Size": 512}}, {}, []),
    ],
)
def test_snap_start(properties: Json, resources: Json, problems: list[tuple[str, str]]) -> None:
    started = function(**{"SnapStart": STARTED, **properties})

    assert found(shop(Function=started, **resources), RUNTIME, EXCLUDED) == [
        (code, severity, "Function") for code, severity in problems
    ]


def test_snap_start_supports_some_runtimes_from_a_version_on() -> None:
    supported = ("python3.12", "python3.14", "java11", "java21", "dotnet8", "dotnet10")
    others = ("python3.11", "python3.9", "java8.al2", "dotnet6", "nodejs24.x", "provided.al2023", "")

    refused = {
        runtime
        for runtime in (*supported, *others)
        if found(shop(Function=function(SnapStart=STARTED, Runtime=runtime)), RUNTIME)
    }

    assert refused == {*others}
