-- Moments as whole microseconds: seconds as floating point miss the edge of a window by a rounding.
CREATE TABLE permits_exact (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  action TEXT NOT NULL,                 -- post, like, follow, reply, repost
  at INTEGER NOT NULL                   -- Unix microseconds
);
INSERT INTO permits_exact SELECT id, account_id, action, CAST(round(at * 1000000) AS INTEGER) FROM permits;
DROP TABLE permits;
ALTER TABLE permits_exact RENAME TO permits;
CREATE INDEX permits_of_fleet ON permits (action, at);
CREATE INDEX permits_of_account ON permits (account_id, action, at);
CREATE INDEX permits_by_age ON permits (at);
