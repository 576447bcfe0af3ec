"""The page on which the session of an account is looked at and replaced."""
