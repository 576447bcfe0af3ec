"""x.com as page objects: what the bot reads and does there, and how trouble shows."""
