"""Triggers of Cognito user pools."""

from typing import Final

COGNITO_TRIGGERS_URL: Final = (
    "https://docs.aws.amazon.com/cognito/latest/developerguide"
    "/cognito-user-pools-working-with-lambda-triggers.html"
)

# COGNITO_TRIGGERS_URL, "Important considerations"
COGNITO_TIMEOUT: Final = 5  # seconds; cannot be changed
