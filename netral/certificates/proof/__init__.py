"""What proves a certificate: identifiers, payload, keys and the verdict; pure."""
