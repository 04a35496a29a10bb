"""Every morning the orders of the day before become a report in a bucket and a mail."""
