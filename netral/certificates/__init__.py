"""Certificates: identifiers, signed payload, issuing, verification, documents."""
