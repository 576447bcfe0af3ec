"""What the numbers of accounts tell: pure computing over columns, and the room that reads and keeps them."""
