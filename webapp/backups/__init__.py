"""Backups: made, listed, taken away, put back; and one account moved between installations."""
