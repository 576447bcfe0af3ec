"""The plan of one account: its slots, and when they come up."""
