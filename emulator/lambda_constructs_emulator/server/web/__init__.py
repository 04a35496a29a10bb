"""The server's connections: HTTP on TLS."""
