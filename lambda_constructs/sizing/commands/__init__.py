"""What `python -m lambda_constructs.sizing` can do: one command, one module."""
