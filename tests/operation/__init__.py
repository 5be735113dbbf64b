"""Tests of netral/operation."""
