"""The numbers and records of all accounts in one SQLite file, or in a table of CSV each: docs/one-database.md."""
