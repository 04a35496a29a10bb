"""Amazon Kinesis and DynamoDB streams as event sources."""
