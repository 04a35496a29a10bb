"""Tasks over HTTP, in a table: the whole life of one, and releases while requests come in."""
