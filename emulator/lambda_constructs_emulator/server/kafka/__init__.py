"""Topics of Amazon MSK and of self-managed Kafka as event sources."""
