"""AWS Lambda: event source mappings, whatever the source."""
