"""Amazon CloudWatch Logs: subscription filters with a function."""
