"""Attempts at the exam: opening, answering, closing, results."""
