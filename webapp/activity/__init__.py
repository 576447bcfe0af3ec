"""The record of one account: every step and decision, with its reason. "Why did it not post?"."""
