"""Figures read across all the others; writes nothing."""
