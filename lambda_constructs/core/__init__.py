"""Parts that all workloads use: checks of options, roles, alarms, failure destinations, logs, permissions."""
