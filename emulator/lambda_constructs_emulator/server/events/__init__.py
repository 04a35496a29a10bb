"""Amazon EventBridge: rules with a function as target."""
