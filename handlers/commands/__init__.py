"""One file per chat command; handlers/__init__.py is their table of contents."""
