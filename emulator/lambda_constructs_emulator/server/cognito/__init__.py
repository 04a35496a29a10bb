"""Amazon Cognito: triggers of user pools."""
