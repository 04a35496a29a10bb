"""Complete stacks built with lambda_constructs, each with a handler and a driver."""
