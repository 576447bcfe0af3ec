-- Tests of two ways of posting against each other, and which way was drawn for which slot of which day.
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  compares TEXT NOT NULL,               -- texts, times
  folders TEXT NOT NULL,                -- JSON: the folders of the accounts that take part
  group_name TEXT NOT NULL DEFAULT '',  -- whose accounts these were at the start; '' for one account
  subject TEXT NOT NULL,                -- texts: the kind of templates; times: the slot
  arms TEXT NOT NULL,                   -- JSON: two lists, of templates (as intents.template) or of one time of day
  outcome TEXT NOT NULL,                -- engagement, chats, orders
  smallest REAL NOT NULL,               -- the difference worth finding, as a share of the mean
  size INTEGER NOT NULL,                -- posts per arm at the last look
  seed INTEGER NOT NULL,
  longest_days INTEGER NOT NULL,
  state TEXT NOT NULL,                  -- draft, running, stopped, done
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL DEFAULT '',
  started_at TEXT,
  ended_at TEXT,
  verdict TEXT NOT NULL DEFAULT '',     -- first, second, none, too_little, uneven
  why TEXT NOT NULL DEFAULT '',
  looks TEXT NOT NULL DEFAULT '[]'      -- JSON: what each look found
);
CREATE TABLE assignments (
  experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  folder TEXT NOT NULL,
  slot TEXT NOT NULL,
  local_date TEXT NOT NULL,
  arm INTEGER NOT NULL,                 -- 0, 1
  run_id INTEGER NOT NULL,              -- in the account's own database
  assigned_at TEXT NOT NULL,
  left_out TEXT NOT NULL DEFAULT '',    -- why no post went out as drawn
  PRIMARY KEY (experiment_id, folder, slot, local_date)
) WITHOUT ROWID;
