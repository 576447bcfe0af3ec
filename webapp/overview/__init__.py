"""The overview: totals, and one card per account."""
