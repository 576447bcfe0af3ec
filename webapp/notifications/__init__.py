"""What I want to be told, where, and when."""
