"""Statistics of what accounts did: pure functions, by SciPy."""
