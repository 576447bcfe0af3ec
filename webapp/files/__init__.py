"""The YAML files of one account: as text, in their former states, and what forms over them have in common."""
