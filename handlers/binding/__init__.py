"""Binding: people by codes, groups by those who may, and its end."""
