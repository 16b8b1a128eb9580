-- Format 1 of the journal. Later formats are reached by numbered steps; see `store.rs`.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- The story: append-only and hash-chained. All else can be derived from it or is data beside it.
CREATE TABLE events (
    seq   INTEGER PRIMARY KEY,
    at    TEXT    NOT NULL,
    run   INTEGER,
    entry INTEGER,
    kind  TEXT    NOT NULL,
    data  TEXT    NOT NULL,
    hash  BLOB    NOT NULL
);
CREATE INDEX events_of_entry ON events (entry, seq) WHERE entry IS NOT NULL;
CREATE INDEX events_of_none ON events (kind) WHERE entry IS NULL;

CREATE TABLE runs (
    id        INTEGER PRIMARY KEY,
    recipe    TEXT NOT NULL,
    path      TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    ledger    TEXT NOT NULL,
    command   TEXT NOT NULL,
    started   TEXT NOT NULL,
    ended     TEXT,
    exit_code INTEGER,
    balance   TEXT
);

CREATE TABLE inputs (
    run    INTEGER NOT NULL REFERENCES runs (id),
    name   TEXT    NOT NULL,
    path   TEXT    NOT NULL,
    sha256 TEXT    NOT NULL,
    bytes  INTEGER NOT NULL,
    PRIMARY KEY (run, path)
) WITHOUT ROWID;

-- Which system a target's name meant, so that a recipe pointed elsewhere is noticed.
CREATE TABLE systems (
    ledger TEXT NOT NULL,
    target TEXT NOT NULL,
    system TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (ledger, target)
) WITHOUT ROWID;

-- What entries are made in: a part of a system, in a ledger. The target's name is the one last used.
CREATE TABLE parts (
    id     INTEGER PRIMARY KEY,
    ledger TEXT NOT NULL,
    system TEXT NOT NULL,
    part   TEXT NOT NULL,
    target TEXT NOT NULL,
    UNIQUE (ledger, system, part)
);

-- The thing that happens at most once. The unique constraint is the claim. The key is the fingerprint of ledger and key;
-- it begins with the record's id, so that this one index, the only one here whose order is not that of the writing, finds
-- a record's entries too.
CREATE TABLE entries (
    id           INTEGER PRIMARY KEY,
    key          TEXT    NOT NULL,
    part         INTEGER NOT NULL REFERENCES parts (id),
    run          INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    generation   INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    first_intent TEXT,
    digests      TEXT,
    captures     TEXT,
    reason       TEXT,
    verified     INTEGER NOT NULL,
    -- Whether an attempt of this generation ended without a known answer.
    unknown      INTEGER NOT NULL,
    -- The values as entered, kept only where the recipe updates what has changed.
    content      TEXT,
    UNIQUE (key, part)
);

-- The latest known end of each record of a ledger, with its values where they are still needed.
CREATE TABLE records (
    id      INTEGER PRIMARY KEY,
    ledger  TEXT    NOT NULL,
    record  TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    origin  TEXT    NOT NULL,
    run     INTEGER NOT NULL,
    outcome TEXT    NOT NULL,
    reason  TEXT,
    code    TEXT,
    stored  TEXT,
    UNIQUE (ledger, record)
);
CREATE INDEX open_records ON records (ledger, outcome) WHERE stored IS NOT NULL;

-- One line a record and run, as `--format jsonl` prints it: what every report is made of.
CREATE TABLE lines (
    run     INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    -- By number, not by name: numbers are given in the order of the writing, so that the index below grows at its end.
    record  INTEGER NOT NULL REFERENCES records (id),
    outcome TEXT    NOT NULL,
    line    TEXT    NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX lines_of_record ON lines (record, run);

-- Records that a person decided not to enter.
CREATE TABLE drops (
    ledger TEXT    NOT NULL,
    record TEXT    NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (ledger, record)
) WITHOUT ROWID;

CREATE TABLE approvals (
    ledger  TEXT    NOT NULL,
    record  TEXT    NOT NULL,
    content TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (ledger, record, content)
) WITHOUT ROWID;
