"""Tests of what records work: reports, promises, papers, brands."""
