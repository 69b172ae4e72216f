"""What comes in, what goes out, and what is planned to be said."""
