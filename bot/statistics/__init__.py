"""Pure statistics for small numbers of very different posts. Nothing here knows of accounts, files or databases."""
