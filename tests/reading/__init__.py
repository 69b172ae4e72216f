"""What people type is understood."""
