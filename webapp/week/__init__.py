"""The coming week of all accounts, foreseen: what each run will do, and what other settings would change."""
