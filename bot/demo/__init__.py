"""The demo: a fictional city in the terminal, with people to be, a clock to move, and a year of reports behind it."""
