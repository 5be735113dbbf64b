"""Sosialisasi: meetings about neutrality, who was there, and what raised hands said."""
