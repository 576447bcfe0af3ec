"""Whether the panel is up; for monitors, so without a login and without any detail."""
