"""Complete stacks built on lambda_constructs, each with a handler and a driver."""
