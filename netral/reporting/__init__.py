"""Figures read across all other packages; writes nothing."""
