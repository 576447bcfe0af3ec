"""What people are told of, when, and by which way: kinds and causes, rules of time, channels, sending."""
