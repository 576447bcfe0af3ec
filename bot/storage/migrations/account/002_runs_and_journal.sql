-- Runs, the steps and decisions of each, the journal of posts, and what was liked or followed.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  slot TEXT NOT NULL,
  slot_date TEXT NOT NULL,              -- the slot's local date
  trigger TEXT NOT NULL,                -- schedule, catch_up, manual, check
  state TEXT NOT NULL,
  planned_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  reason TEXT NOT NULL DEFAULT '',
  remedy TEXT NOT NULL DEFAULT ''
);
-- A slot fires once a day, whatever is restarted or edited; a person may run it as often as they like.
CREATE UNIQUE INDEX runs_once_a_day ON runs (slot, slot_date) WHERE trigger IN ('schedule', 'catch_up');
CREATE TABLE steps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER REFERENCES runs (id),
  at TEXT NOT NULL,
  level TEXT NOT NULL,                  -- info, good, warning, error
  text TEXT NOT NULL,
  evidence TEXT NOT NULL DEFAULT '',
  next_at TEXT                          -- when it will be tried again, where that is known
);
CREATE INDEX steps_of_run ON steps (run_id, id);
CREATE TABLE intents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER REFERENCES runs (id),
  kind TEXT NOT NULL,                   -- promo, value
  template TEXT NOT NULL,               -- the template's raw text, to choose the least recently used
  text TEXT NOT NULL,
  media TEXT NOT NULL,                  -- JSON list of paths below the account's folder
  permit_id INTEGER,
  state TEXT NOT NULL,                  -- intent, sending, sent, failed, needs_review
  created_at TEXT NOT NULL,
  sending_at TEXT,
  settled_at TEXT,
  tweet_id TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX intents_by_state ON intents (state);
CREATE TABLE engagements (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER REFERENCES runs (id),
  action TEXT NOT NULL,                 -- like, follow
  target TEXT NOT NULL,                 -- id of the post, handle of the person in lower case
  keyword TEXT NOT NULL,
  state TEXT NOT NULL,                  -- doing, done, failed
  at TEXT NOT NULL,
  UNIQUE (action, target)
);
