"""Events of a bus and messages of a topic with separate handlers, and redriving of failed events."""
