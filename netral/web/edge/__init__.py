"""The ground that every view stands on: access, the request at hand, the frame, headers, logs, errors, forms."""
