"""Platforms as they document themselves, for the tests."""
