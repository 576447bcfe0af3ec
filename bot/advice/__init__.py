"""What an account's own numbers advise: what its best posts share, and better times for its slots. Pure."""
