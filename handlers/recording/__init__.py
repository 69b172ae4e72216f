"""What recording a report is made of: its parts, what it promises, what it settles, papers, corrections."""
