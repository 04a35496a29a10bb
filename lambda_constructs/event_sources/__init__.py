"""Polled event sources: Amazon SQS, streams, Apache Kafka, Amazon MQ, read by an event source mapping."""
