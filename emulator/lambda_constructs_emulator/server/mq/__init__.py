"""Queues of Amazon MQ as event sources."""
