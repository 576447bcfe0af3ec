"""The posts that people write for one account: its queue."""
