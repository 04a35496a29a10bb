"""The version, once: for users, reports and plugins."""

from __future__ import annotations

__version__ = "0.1.0"
