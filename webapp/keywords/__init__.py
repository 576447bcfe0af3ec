"""The keywords of one account, as lists over keywords.yaml."""
