"""Account templates: listed, saved of an account, looked at, renamed, deleted."""
