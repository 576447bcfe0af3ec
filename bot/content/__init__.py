"""What an account says: templates, their variables, lengths and media. Pure functions."""
