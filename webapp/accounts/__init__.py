"""One account: its page, its buttons, and the list to choose it from."""
