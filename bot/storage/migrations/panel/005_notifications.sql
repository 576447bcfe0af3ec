CREATE TABLE notification_channel (
  id TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES user (id),
  name TEXT NOT NULL,
  service TEXT NOT NULL,
  shown TEXT NOT NULL,
  sealed BLOB NOT NULL,
  made_at REAL NOT NULL
) STRICT;
CREATE TABLE notification_wish (
  channel_id TEXT NOT NULL REFERENCES notification_channel (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  since REAL NOT NULL,
  PRIMARY KEY (channel_id, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE notification_hours (
  user_id INTEGER PRIMARY KEY REFERENCES user (id),
  timezone TEXT NOT NULL,
  quiet_from TEXT NOT NULL,
  quiet_to TEXT NOT NULL,
  trouble_even_then INTEGER NOT NULL,
  summary_at TEXT NOT NULL,
  weekly_on INTEGER NOT NULL,
  groups TEXT NOT NULL
) STRICT;
