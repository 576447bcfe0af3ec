"""The users of the panel, for admins."""
