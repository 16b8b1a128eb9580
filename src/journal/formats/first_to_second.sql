-- From the first format: parts and entries know elements, and there are mails. The new tables take the place of the old ones
-- once nothing refers to those any more.
CREATE TABLE parts_2 (
    id       INTEGER PRIMARY KEY,
    ledger   TEXT NOT NULL,
    system   TEXT NOT NULL,
    part     TEXT NOT NULL,
    elements TEXT NOT NULL,
    target   TEXT NOT NULL,
    UNIQUE (ledger, system, part, elements)
);
INSERT INTO parts_2 SELECT id, ledger, system, part, '', target FROM parts;

CREATE TABLE entries_2 (
    id           INTEGER PRIMARY KEY,
    key          TEXT    NOT NULL,
    part         INTEGER NOT NULL REFERENCES parts_2 (id),
    element      TEXT    NOT NULL,
    run          INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    generation   INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    first_intent TEXT,
    digests      TEXT,
    captures     TEXT,
    reason       TEXT,
    verified     INTEGER NOT NULL,
    unknown      INTEGER NOT NULL,
    content      TEXT,
    UNIQUE (key, part, element)
);
INSERT INTO entries_2
SELECT id, key, part, '', run, state, generation, attempts, first_intent, digests, captures, reason, verified, unknown, content
FROM entries;

DROP TABLE entries;
DROP TABLE parts;
ALTER TABLE parts_2 RENAME TO parts;
ALTER TABLE entries_2 RENAME TO entries;
