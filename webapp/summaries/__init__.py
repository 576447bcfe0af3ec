"""What a day or a week came to, for one account and for all."""
