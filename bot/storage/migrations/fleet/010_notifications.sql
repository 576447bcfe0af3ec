-- What is worth telling, what each channel was told of, and the messages themselves. Channels lie in panel.db.
CREATE TABLE causes (
  key TEXT PRIMARY KEY,                 -- kind, folder of the account, reason: the same as long as it lasts
  kind TEXT NOT NULL,                   -- trouble, review, session, runway
  folder TEXT NOT NULL,                 -- of the account, relative to the home; '' for the fleet
  account_id TEXT NOT NULL,             -- as it was called when it was seen last
  name TEXT NOT NULL,
  what TEXT NOT NULL,
  remedy TEXT NOT NULL,
  page TEXT NOT NULL,                   -- name of the panel's page that helps
  path TEXT NOT NULL,                   -- its address, below that of the panel
  began_at TEXT NOT NULL,
  ended_at TEXT                         -- NULL: it lasts
);
CREATE INDEX causes_by_time ON causes (began_at);
CREATE TABLE told (
  channel_id TEXT NOT NULL,
  cause TEXT NOT NULL,                  -- key of the cause, or of a summary
  at TEXT NOT NULL,                     -- the last time
  PRIMARY KEY (channel_id, cause)
) WITHOUT ROWID;
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id TEXT NOT NULL,
  kind TEXT NOT NULL,                   -- cause, summary, test
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,                  -- waiting, sending, sent, failed, unknown
  tries INTEGER NOT NULL DEFAULT 0,
  queued_at TEXT NOT NULL,
  not_before TEXT NOT NULL,
  ended_at TEXT,
  problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX messages_by_state ON messages (state, not_before);
CREATE INDEX messages_by_channel ON messages (channel_id, id);
