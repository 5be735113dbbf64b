"""Texts that an instansi issues in versions: circulars (Surat Edaran) to acknowledge, paktas to sign."""
