"""The teaching content, pure: reading, checking and freezing the files of `content/`."""
