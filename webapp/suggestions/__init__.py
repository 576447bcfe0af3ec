"""What the accounts' own numbers advise: other slot times, what the best posts share, and what a person makes of it."""
