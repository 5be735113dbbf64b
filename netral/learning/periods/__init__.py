"""Periods and who takes part in them."""
