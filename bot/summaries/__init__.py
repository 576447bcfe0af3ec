"""What a day or a week came to, for an account and for all: composed (pure), told as text, read on demand."""
