"""Adding, changing, archiving and removing accounts."""
