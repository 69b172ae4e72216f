"""The database itself: the engine, its lock, its copies."""
