"""Amazon API Gateway: HTTP APIs and REST APIs in front of a function."""
