"""What is taught, pure: reading, checking and freezing the files of `content/`."""
