"""The operator's files: where they lie, what they may say, how they are read."""
