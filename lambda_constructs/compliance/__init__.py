"""Findings of CDK's validation plugins, such as cdk-nag, with the acknowledgements of an app."""
