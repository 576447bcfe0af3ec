"""Bearer tokens of the REST API, for admins."""
