"""Who changed what: the hook that writes it down, and the page for admins."""
