"""Pause and resume: all accounts, or those a filter shows."""
