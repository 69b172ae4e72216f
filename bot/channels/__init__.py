"""One file or folder per platform, and the one place that builds them; nothing else imports a platform's SDK."""
