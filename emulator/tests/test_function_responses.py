"""What a function returned becomes the response of an API or of a function URL, or a failure."""

from typing import Any

from emulator.tests.fidelity import Fidelity
from lambda_constructs_emulator.server.apigateway import function_responses

FIDELITY = Fidelity(
    "Amazon API Gateway and function URLs",
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html",
)

STATUSES = {"201": 201, 200.0: 200, 404: 404}
NO_STATUSES = (True, None, "", "abc", [200], 99, 600, 1000, -1, 200.5, float("nan"), float("inf"))
HEADERS = {"x": "x", "ü": "ü", True: "true", 5: "5", None: "", "a, b": "a, b"}
NO_HEADERS = ([1], {"b": 1}, "a\nb", "a\rb", "a\0b")
BODIES = {None: "", "": "", "text": "text"}


def read(*, text_body: bool = False, **answer: Any) -> Any:
    return function_responses.read({"statusCode": 200, **answer}, text_body=text_body)


def test_a_status_may_be_text_and_is_a_status_of_http() -> None:
    assert {given: read(statusCode=given)["statusCode"] for given in STATUSES} == STATUSES
    assert [given for given in NO_STATUSES if read(statusCode=given)] == []


def test_headers_are_text_or_numbers_and_not_those_of_the_connection() -> None:
    assert {given: read(headers={"x": given})["headers"]["x"] for given in HEADERS} == HEADERS
    assert [given for given in NO_HEADERS if read(headers={"x": given})] == []
    assert [given for given in (*NO_HEADERS[:2], "x") if read(multiValueHeaders={"x": [given]})] == ["x"]
    assert [name for name in ("x y", "", "ü", "x:") if read(headers={name: "x"})] == []
    assert [given for given in ("x", 5, [1]) if read(headers=given) or read(multiValueHeaders=given)] == []
    ignored = ("Content-Length", "transfer-encoding", "Connection")
    assert read(headers=dict.fromkeys(ignored, "99"))["headers"] == {}
    assert read(cookies=["a=1", "b=2"])["cookies"] == ["a=1", "b=2"]
    assert [given for given in ("a=1", {"a": 1}, [["a=1"]]) if read(cookies=given)] == []


def test_a_body_is_text_for_a_rest_api_and_any_json_for_others() -> None:
    for text_body in (True, False):
        assert {given: read(body=given, text_body=text_body)["body"] for given in BODIES} == BODIES
    bodies = (1, True, [1], {"a": "ü"})
    assert [given for given in bodies if read(body=given, text_body=True)] == []
    assert [read(body=given)["body"] for given in bodies] == ["1", "true", "[1]", '{"a": "ü"}']
    assert read(body="no base64", isBase64Encoded=True) is None
    assert read(body="AP8=", isBase64Encoded=True)["body"] == "AP8="
