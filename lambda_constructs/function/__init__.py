"""The function, its version, alias and rollout: `ProductionFunction` and its options."""
