"""CORS in templates: only named origins send credentials."""

from __future__ import annotations

from typing import Any

from tests.audit.support import found, parameter, ref, resource, template
from tests.for_each import for_each

CORS = "cors-credentials"


@for_each(("kind", "option"), [("ApiGatewayV2::Api", "CorsConfiguration"), ("Lambda::Url", "Cors")])
@for_each(
    ("origins", "credentials", "severities"),
    [
        (["*"], True, ["error"]),
        (["https://shop.example", "*"], "true", ["error"]),
        (["https://shop.example"], True, []),
        (["*"], None, []),
        (["*"], ref("Cookies"), ["undecided"]),
        (ref("Origins"), True, ["undecided"]),
        (None, True, []),
    ],
)
def test_cookies_are_for_pages_that_are_named(
    kind: str, option: str, origins: Any, credentials: Any, severities: list[str]
) -> None:
    cors = {"AllowOrigins": origins, "AllowCredentials": credentials}
    cors = {name: value for name, value in cors.items() if value is not None}
    sections = {"Parameters": {"Cookies": parameter("String"), "Origins": parameter("CommaDelimitedList")}}

    source = template(sections, Endpoint=resource(f"AWS::{kind}", **{option: cors}))

    assert [severity for _, severity, _ in found(source, CORS)] == severities
