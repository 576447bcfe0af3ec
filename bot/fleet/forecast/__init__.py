"""The coming week of all accounts, simulated over their real settings and records, without writing anything."""
