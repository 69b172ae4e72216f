"""One file or folder per platform; nothing else imports a platform's SDK."""
