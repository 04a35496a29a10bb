"""Amazon SQS: queues as event sources, dead-letter queues and metrics."""
