"""What every workload uses: checks of options, roles, alarms, failure destinations, logs, permissions."""
