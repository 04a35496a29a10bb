"""Amazon CloudWatch: alarms and metric math."""
