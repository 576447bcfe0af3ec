"""One order for many accounts: a preview of what it changes, then a result for each."""
