"""Orders, chats and revenue: entered in the evening on a phone, looked at beside the targets, in and out as tables."""
