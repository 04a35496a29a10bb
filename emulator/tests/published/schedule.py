"""A scheduled job that reads a parameter, which is kept for a while."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger(service="nightly")


@logger.inject_lambda_context(log_event=True)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    logger.info("reported", order=parameters.get_parameter(os.environ["PARAMETER"], max_age=60))
