"""Where requests go and how they are signed; that they arrive is proven by tests/deploy."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.credentials import Credentials

from lambda_constructs_emulator.kit.http import JSON, Caller

ON_AWS = Caller(credentials=Credentials("AKID", "secret"), region="us-east-1")
ON_EMULATOR = replace(ON_AWS, endpoint="https://localhost:4671")
API = "https://1a2b3c4d.execute-api.us-east-1.amazonaws.com"
FUNCTION_URL = f"https://{'a' * 32}.lambda-url.us-east-1.on.aws"

Sent = dict[str, Any]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What would have been sent."""
    found: Sent = {}

    class Connection:
        def __init__(self, host: str, **_options: object) -> None:
            found["connected to"] = host

        def request(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> None:
            found.update(method=method, target=target, body=body, headers=headers)

        def getresponse(self) -> Any:
            answer = {"status": 200, "getheaders": lambda _: [("X-Version", "7")], "read": lambda _: b"[1]"}
            return type("Answer", (), answer)()

        def close(self) -> None:
            found["closed"] = True

    monkeypatch.setattr("http.client.HTTPSConnection", Connection)
    return found


@pytest.mark.parametrize(
    ("caller", "url", "connected_to", "host"),
    [
        (ON_AWS, API, API[8:], API[8:]),
        (ON_AWS, FUNCTION_URL, FUNCTION_URL[8:], FUNCTION_URL[8:]),
        (ON_EMULATOR, API, "localhost:4671", "1a2b3c4d.execute-api.localhost:4671"),
        (ON_EMULATOR, FUNCTION_URL, "localhost:4671", FUNCTION_URL[8:]),
    ],
)
def test_an_emulator_answers_for_all_endpoints(
    sent: Sent, caller: Caller, url: str, connected_to: str, host: str
) -> None:
    answer = caller.send("POST", f"{url}/live/tasks?limit=5", body=b"{}", headers=JSON)

    assert (sent["connected to"], sent["headers"]["Host"]) == (connected_to, host)
    assert (sent["method"], sent["target"], sent["body"]) == ("POST", "/live/tasks?limit=5", b"{}")
    assert sent["headers"]["Content-Type"] == "application/json"
    assert (answer.status, answer.headers, answer.json) == (200, {"x-version": "7"}, [1])
    assert sent["closed"]


@pytest.mark.parametrize(("url", "service"), [(API, "execute-api"), (FUNCTION_URL, "lambda")])
def test_a_signature_names_region_and_service(sent: Sent, url: str, service: str) -> None:
    ON_AWS.send("GET", url)

    assert f"/us-east-1/{service}/aws4_request" in sent["headers"]["Authorization"]
    assert sent["target"] == "/"


def test_who_has_no_credentials_signs_nothing(sent: Sent) -> None:
    replace(ON_AWS, credentials=None).send("GET", API)

    assert sent["headers"].keys() == {"Host"}


def test_a_role_signs_with_its_session(sent: Sent) -> None:
    class Sts:
        def assume_role(self, **request: str) -> Any:
            assert request["RoleArn"] == "the role"
            return {"Credentials": {"AccessKeyId": "ASIA", "SecretAccessKey": "s", "SessionToken": "token"}}

    ON_AWS.in_role(Sts(), "the role").send("GET", API)

    assert "Credential=ASIA/" in sent["headers"]["Authorization"]
    assert sent["headers"]["X-Amz-Security-Token"] == "token"


@pytest.mark.parametrize("path", ["/a/../../etc/passwd", "/a/%2e%2e%2f", "/a/%00", "//"])
def test_paths_are_sent_as_they_are(sent: Sent, path: str) -> None:
    ON_AWS.send("GET", f"{API}{path}")

    assert sent["target"] == path
