"""AWS Lambda: functions, versions, aliases and their invocations."""
