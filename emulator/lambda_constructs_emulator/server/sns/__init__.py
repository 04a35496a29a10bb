"""Amazon SNS: subscriptions of functions."""
