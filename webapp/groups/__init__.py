"""Groups of accounts: how they stand, one order for all of one, another name."""
