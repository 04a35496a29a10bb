"""Events of a bus and messages of a topic, each to a handler of its own, and back to it after a failure."""
