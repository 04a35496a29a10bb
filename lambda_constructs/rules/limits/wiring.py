"""Where AWS documents the dead-letter queues of EventBridge rules."""

from typing import Final

RULE_DEAD_LETTERS_URL: Final = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"
