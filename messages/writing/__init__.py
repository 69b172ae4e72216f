"""Reply → what a platform can carry: text in its markup, split at paragraph ends, never truncated."""
