"""The numbers of all accounts, of groups and of one account over days of choice: pages, charts and tables."""
