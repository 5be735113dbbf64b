"""Editions: all content of one moment, published as rows that never change."""
