"""What `main.py` can do, a module per command. Each gives an Answer; main.py alone prints and exits."""
