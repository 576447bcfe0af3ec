"""The week of all accounts: what was posted, what is queued, which slots come; and tables of posts in and out."""
