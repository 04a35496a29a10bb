"""An HTTP API with routes, structured logs and metrics."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

logger, metrics, app = Logger(), Metrics(), APIGatewayHttpResolver()


@app.get("/todos/<todo_id>")
def get_todo(todo_id: str) -> dict[str, str]:
    if todo_id == "0":
        raise NotFoundError("no todo 0")
    metrics.add_metric(name="TodosRead", unit=MetricUnit.Count, value=1)
    logger.info("read", todo=todo_id)
    return {"todo": todo_id}


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
