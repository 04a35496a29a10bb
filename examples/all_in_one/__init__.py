"""A whole shop in one stack: every kind of workload, from the order at the door to the report at night."""
