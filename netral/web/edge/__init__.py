"""The base of every view: access, the current request, the frame, headers, logs, errors, forms."""
