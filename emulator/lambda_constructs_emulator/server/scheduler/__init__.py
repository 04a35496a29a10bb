"""Amazon EventBridge Scheduler: schedules with a function as target."""
