"""Checks of the whole library; each adds its findings to the book."""
