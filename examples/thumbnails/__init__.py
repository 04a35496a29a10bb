"""Thumbnails of uploaded images under another prefix, and a failure queue for files that are not images."""

UPLOADS, THUMBNAILS = "uploads/", "thumbnails/"
"""The prefixes of the uploads and of their thumbnails in the bucket."""
