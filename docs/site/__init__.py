"""Builds the documentation site: python -m docs.site FOLDER writes its sources, and its configuration."""
