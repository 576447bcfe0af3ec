-- When the profile was read for a post whose answer was lost, and did not show it, for the first time.
ALTER TABLE intents ADD COLUMN looked_at TEXT;
