"""A REST API with a body, a status and headers."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

app = APIGatewayRestResolver(cors=CORSConfig(allow_origin="https://example.com"))


@app.post("/todos")
def create_todo() -> Response[str]:
    return Response(status_code=201, content_type="text/plain", body=app.current_event.json_body["title"])


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
