"""The numbers of all accounts in one file, taken away."""
