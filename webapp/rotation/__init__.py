"""The posts that people write for groups: each goes to one member."""
