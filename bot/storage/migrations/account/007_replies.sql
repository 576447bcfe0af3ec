-- A reply is a post that answers another one; whom it answers is needed to look for it when its answer was lost.
ALTER TABLE intents ADD COLUMN reply_to TEXT NOT NULL DEFAULT '';         -- id of the post it answers, '' for a post
ALTER TABLE intents ADD COLUMN reply_to_handle TEXT NOT NULL DEFAULT '';
-- Whether people that were followed follow back, as their profile showed it last.
CREATE TABLE follow_backs (
  handle TEXT PRIMARY KEY,              -- in lower case
  follows INTEGER,                      -- 1, 0, NULL: the profile did not show it
  looked_at TEXT NOT NULL
);
