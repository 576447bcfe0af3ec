"""Pause and resume of the whole fleet."""
