-- Posts that a person wrote: for a moment, or for the next slot that posts.
CREATE TABLE planned_posts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  text TEXT NOT NULL,
  media TEXT NOT NULL,                  -- JSON list of paths below the account's folder
  at TEXT,                              -- when it shall go out; NULL: with the next slot that posts
  due_at TEXT,                          -- when it is tried next; differs from `at` after a try that failed
  place INTEGER NOT NULL,               -- the order of those that wait for a slot
  state TEXT NOT NULL,                  -- draft, queued, failed, missed; what came of a try is told by its intent
  reason TEXT NOT NULL DEFAULT '',      -- why it failed or was missed
  who TEXT NOT NULL,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL,             -- by a person
  version INTEGER NOT NULL DEFAULT 1,   -- grows with each change by a person
  deleted_at TEXT
);
CREATE INDEX planned_posts_by_state ON planned_posts (state, due_at);
ALTER TABLE runs ADD COLUMN planned_post_id INTEGER REFERENCES planned_posts (id);
ALTER TABLE intents ADD COLUMN planned_post_id INTEGER REFERENCES planned_posts (id);
-- A written post is sent at most once, ever: another try needs the proof that the one before has failed.
CREATE UNIQUE INDEX intents_once_a_planned_post ON intents (planned_post_id)
  WHERE planned_post_id IS NOT NULL AND state <> 'failed';
CREATE INDEX runs_of_planned_posts ON runs (planned_post_id) WHERE planned_post_id IS NOT NULL;
