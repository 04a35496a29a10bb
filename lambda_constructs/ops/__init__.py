"""Commands that operate deployed workloads."""
