"""Synchronous invocation: HTTP endpoints and Amazon Cognito triggers."""
