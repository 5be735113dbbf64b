"""Instansi, the tree of OPD, and the ASN in it; reading and applying a roster."""
