-- Mails that are to be put away, until they are: what was decided on them, and how each is found again.
CREATE TABLE mails (
    ledger     TEXT    NOT NULL,
    mailbox    TEXT    NOT NULL,
    validity   INTEGER NOT NULL,
    uid        INTEGER NOT NULL,
    run        INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    bytes      INTEGER NOT NULL,
    message_id TEXT,
    folder     TEXT,
    PRIMARY KEY (ledger, mailbox, validity, uid)
) WITHOUT ROWID;
