CREATE TABLE answer (
  key TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  asked_at REAL NOT NULL,
  status INTEGER,
  mimetype TEXT,
  headers TEXT,
  body TEXT
) STRICT;
CREATE INDEX answer_asked_at ON answer (asked_at);
