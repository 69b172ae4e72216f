"""The process itself: its clock and ticks, its leader, its copies, its log."""
