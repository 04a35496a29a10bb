"""Python code with its packages, for Lambda's runtimes and architectures, without Docker."""
