"""The way out: from a reply to what a platform accepted."""
