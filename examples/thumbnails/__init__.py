"""Thumbnails of uploaded images under another prefix, and a failure queue for files that are not images."""
