"""Starter apps: a stack with one workload, its handler, its tests, and a CI workflow."""
