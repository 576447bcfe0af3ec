"""One's own login: password, second factor, sessions."""
