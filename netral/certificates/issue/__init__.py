"""Issuing, revoking and reissuing certificates, and the register of them."""
