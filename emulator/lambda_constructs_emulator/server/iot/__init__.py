"""AWS IoT: topic rules with a function."""
