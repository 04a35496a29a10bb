"""What validation plugins of CDK, such as cdk-nag, found in an app, and what the app acknowledges."""
