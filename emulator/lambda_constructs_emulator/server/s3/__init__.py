"""Amazon S3: notifications to functions."""
