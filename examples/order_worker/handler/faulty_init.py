"""A bad release that cannot start because a module is missing."""

raise ImportError("No module named 'payments'")
