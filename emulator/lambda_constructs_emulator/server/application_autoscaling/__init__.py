"""Application Auto Scaling: targets, policies and schedules of provisioned concurrency."""
