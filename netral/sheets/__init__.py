"""A file becomes a table: the ZIP gate, workbooks, and CSV."""
