-- When a post whose answer was lost was first looked for, and how often, whether or not the profile could be read.
ALTER TABLE intents ADD COLUMN sought_at TEXT;
ALTER TABLE intents ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
