"""One queue over all accounts of what waits for a person's word: likes, follows, replies."""
