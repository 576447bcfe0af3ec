"""Orders, chats and revenue as panel, API and commands meet them: entered, attributed, summed up, in and out as CSV."""
