"""Asynchronous invocation: events from AWS services, and schedules."""
