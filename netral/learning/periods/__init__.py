"""Periods and their participants."""
