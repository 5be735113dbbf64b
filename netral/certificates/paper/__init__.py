"""The certificate on paper: its sheet, its PDF, and the check that the QR can be read."""
