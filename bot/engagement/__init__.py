"""Whom to engage and what to say to them: pure functions."""
