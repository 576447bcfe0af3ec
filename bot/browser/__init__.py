"""Opening, supervising and reaping real browsers."""
