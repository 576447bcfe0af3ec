"""What is kept on disk: databases, sessions, evidence. The only place of sqlite3."""
