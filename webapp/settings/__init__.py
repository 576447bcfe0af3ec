"""The settings of one account, as a form over settings.yaml."""
