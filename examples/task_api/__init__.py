"""An HTTP API for tasks in a table, with releases during traffic."""
