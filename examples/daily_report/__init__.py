"""A daily report on the orders of the previous day, in a bucket and by email."""
