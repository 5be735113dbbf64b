"""Tests of the ikrar."""
