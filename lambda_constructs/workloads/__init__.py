"""One file per event source. Workloads do not import each other."""
