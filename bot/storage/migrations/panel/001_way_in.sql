CREATE TABLE password (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), hash TEXT NOT NULL) STRICT;
CREATE TABLE token (kind TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;
CREATE TABLE session (hash TEXT PRIMARY KEY, expires_at REAL NOT NULL) STRICT;
CREATE TABLE login_failure (client TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE INDEX login_failure_at ON login_failure (at);
