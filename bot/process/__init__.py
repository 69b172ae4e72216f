"""The process itself: its clock, its ticks, its leader, its log."""
