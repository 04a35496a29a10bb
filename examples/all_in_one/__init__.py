"""A whole shop in one stack with every kind of workload."""
