"""What is remembered: tables, one query file per subject, migrations, the workday calendar."""
