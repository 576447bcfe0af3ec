-- What runs found and a person shall decide: posts to like or answer, people to follow.
CREATE TABLE approvals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,             -- the account that found it and will do it
  action TEXT NOT NULL,                 -- like, follow, reply
  target TEXT NOT NULL,                 -- id of the post, handle of the person in lower case
  post_id TEXT NOT NULL,
  handle TEXT NOT NULL,                 -- author of the post
  text TEXT NOT NULL,
  posted_at TEXT,
  keyword TEXT NOT NULL,
  suggestion TEXT NOT NULL DEFAULT '',  -- of a reply
  state TEXT NOT NULL,                  -- waiting, approved, doing, done, failed, rejected, expired
  reason TEXT NOT NULL DEFAULT '',
  found_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  decided_at TEXT,
  decided_by TEXT NOT NULL DEFAULT '',
  ended_at TEXT,
  UNIQUE (action, target)
);
CREATE INDEX approvals_by_state ON approvals (state, account_id);
