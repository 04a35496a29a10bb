"""Uploaded images become thumbnails under another prefix; what is no image is kept, with its reason."""
