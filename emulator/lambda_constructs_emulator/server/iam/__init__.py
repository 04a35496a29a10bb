"""AWS IAM: decisions about roles and services."""
