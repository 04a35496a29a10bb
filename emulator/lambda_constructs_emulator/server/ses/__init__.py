"""Amazon SES: permissions to send, receipt rules, and incoming mail."""
