"""What is remembered: one query file per subject; rooms for tables, mail, read models, the database, roster and plan file."""
