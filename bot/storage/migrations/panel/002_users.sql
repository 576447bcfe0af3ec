CREATE TABLE user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  password TEXT,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at REAL NOT NULL,
  last_login_at REAL
) STRICT;
-- The one password of before is the admin's.
INSERT INTO user (name, role, password, created_at)
  SELECT 'admin', 'admin', hash, CAST(strftime('%s', 'now') AS REAL) FROM password;
DROP TABLE password;

CREATE TABLE link (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  user_id INTEGER REFERENCES user (id),
  expires_at REAL
) STRICT;
INSERT INTO link (hash, kind) SELECT hash, kind FROM token;
DROP TABLE token;

ALTER TABLE session RENAME TO former_session;
CREATE TABLE session (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  user_id INTEGER NOT NULL REFERENCES user (id),
  opened_at REAL NOT NULL,
  seen_at REAL NOT NULL,
  expires_at REAL NOT NULL,
  client TEXT NOT NULL DEFAULT '',
  agent TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX session_user ON session (user_id);
-- Whoever is logged in stays so. A session lasted 14 days (1209600 seconds) from its login on.
INSERT INTO session (hash, user_id, opened_at, seen_at, expires_at)
  SELECT former_session.hash, user.id, former_session.expires_at - 1209600, former_session.expires_at - 1209600,
         former_session.expires_at
  FROM former_session, user;
DROP TABLE former_session;

CREATE TABLE second_factor (
  user_id INTEGER PRIMARY KEY REFERENCES user (id),
  sealed_secret TEXT NOT NULL,
  confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1)),
  used_step INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE recovery_code (
  user_id INTEGER NOT NULL REFERENCES user (id),
  hash TEXT NOT NULL,
  PRIMARY KEY (user_id, hash)
) STRICT;

CREATE TABLE api_token (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('read', 'operate', 'admin')),
  made_by INTEGER REFERENCES user (id),
  made_at REAL NOT NULL,
  expires_at REAL,
  used_at REAL,
  revoked_at REAL
) STRICT;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  who TEXT NOT NULL,
  way TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  outcome TEXT NOT NULL,
  client TEXT NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at);
