"""Amazon SES: permissions to send, and receipt rules."""
