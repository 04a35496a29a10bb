"""Code that runs in Lambda, one folder a function; nothing of the library imports it."""
