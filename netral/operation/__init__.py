"""Keeping an installation alive: backups, restoring them, and whether all is well."""
