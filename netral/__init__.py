"""Netral: pelatihan, ujian, ikrar, dan sertifikat netralitas ASN."""
