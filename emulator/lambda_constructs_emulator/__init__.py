"""An emulator of AWS on your machine, for tests: deploys CDK apps with the real CDK CLI.

It does not show AWS's speed, cold starts, architecture or cost; the README says what a run shows.
"""
