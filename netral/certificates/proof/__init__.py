"""The proof of a certificate: identifiers, payload, keys and the verdict. Pure functions."""
