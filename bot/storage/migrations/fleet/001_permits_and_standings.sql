-- What all accounts share: the permits they took, where each stands, whom they engaged.
CREATE TABLE permits (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  action TEXT NOT NULL,                 -- post, like, follow, reply, repost
  at REAL NOT NULL                      -- Unix seconds
);
CREATE INDEX permits_of_fleet ON permits (action, at);
CREATE INDEX permits_of_account ON permits (account_id, action, at);
CREATE TABLE standings (
  account_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,                   -- active, stopped, paused, needs_attention, limited, failing
  reason TEXT NOT NULL DEFAULT '',
  remedy TEXT NOT NULL DEFAULT '',
  until TEXT,
  failures INTEGER NOT NULL DEFAULT 0,  -- failed runs in a row
  first_seen TEXT NOT NULL
);
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE engaged_people (
  handle TEXT PRIMARY KEY,              -- in lower case
  account_id TEXT NOT NULL,             -- the one managed account that may engage this person
  at TEXT NOT NULL
);
