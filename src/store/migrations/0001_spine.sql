-- The spine. Times are UTC integer milliseconds; 64-bit hashes are kept as signed integers. What SQL
-- asks for has a column; the rest of a record is JSON in serde's form of the model's type, so that a
-- field may be added to the model without a migration. Packed columns are zstd.

CREATE TABLE source (
    n           INTEGER PRIMARY KEY,          -- what other tables point to
    id          TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    url         TEXT NOT NULL,
    title       TEXT NOT NULL,
    owner       TEXT NOT NULL,
    role        TEXT NOT NULL,
    platform    TEXT,
    language    TEXT,
    tags        TEXT NOT NULL,
    document    TEXT,
    enabled     INTEGER NOT NULL,
    known_since INTEGER NOT NULL,
    retired_at  INTEGER                       -- no longer configured since; history stays
) STRICT;

-- Rewritten by every poll, so kept apart from the facts. The counts make `status` cost the same
-- however long the history is.
CREATE TABLE source_state (
    source         INTEGER PRIMARY KEY REFERENCES source (n),
    last_poll_at   INTEGER,
    last_outcome   TEXT,
    last_message   TEXT,
    last_ok_at     INTEGER,
    last_change_at INTEGER,
    failures       INTEGER NOT NULL DEFAULT 0,
    next_poll_at   INTEGER,
    validators     TEXT,                      -- JSON
    moved_to       TEXT,
    retry_after    INTEGER,                   -- milliseconds
    hints          TEXT,                      -- JSON
    seen           INTEGER NOT NULL DEFAULT 0,
    snapshots      INTEGER NOT NULL DEFAULT 0,
    versions       INTEGER NOT NULL DEFAULT 0,
    changes        INTEGER NOT NULL DEFAULT 0,
    items          INTEGER NOT NULL DEFAULT 0,
    findings       INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Bytes by content: raw bodies and texts alike. `data` is zstd, against `base` where there is one.
CREATE TABLE blob (
    id    INTEGER PRIMARY KEY,
    hash  BLOB NOT NULL UNIQUE,               -- SHA-256 of the plain bytes
    size  INTEGER NOT NULL,                   -- of the plain bytes
    base  INTEGER REFERENCES blob (id),
    place INTEGER NOT NULL,                   -- in its chain; a full one is at 0
    data  BLOB NOT NULL
) STRICT;
CREATE INDEX blob_by_base ON blob (base) WHERE base IS NOT NULL;

CREATE TABLE snapshot (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    source        INTEGER NOT NULL REFERENCES source (n),
    fetched_at    INTEGER NOT NULL,
    status        INTEGER NOT NULL,
    final_url     TEXT NOT NULL,
    moved_to      TEXT,
    content_type  TEXT,
    validators    TEXT NOT NULL,              -- JSON
    body          INTEGER NOT NULL REFERENCES blob (id),
    read_at       INTEGER                     -- when a poll committed it; NULL: killed in between
) STRICT;
CREATE INDEX snapshot_by_source ON snapshot (source, fetched_at, id);
CREATE INDEX snapshot_by_age ON snapshot (fetched_at);
CREATE INDEX snapshot_by_body ON snapshot (body);
CREATE INDEX snapshot_unread ON snapshot (id) WHERE read_at IS NULL;

CREATE TABLE poll (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    source      INTEGER NOT NULL REFERENCES source (n),
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    outcome     TEXT NOT NULL,
    message     TEXT,
    http_status INTEGER,
    bytes       INTEGER,
    snapshot    INTEGER REFERENCES snapshot (id) ON DELETE SET NULL,
    new_items   INTEGER NOT NULL,
    edited      INTEGER NOT NULL
) STRICT;
CREATE INDEX poll_by_source ON poll (source, id);
CREATE INDEX poll_by_time ON poll (finished_at);
CREATE INDEX poll_by_snapshot ON poll (snapshot) WHERE snapshot IS NOT NULL;

CREATE TABLE version (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    source       INTEGER NOT NULL REFERENCES source (n),
    at           INTEGER NOT NULL,            -- when its body was fetched
    snapshot     INTEGER REFERENCES snapshot (id) ON DELETE SET NULL,
    text         INTEGER NOT NULL REFERENCES blob (id),
    hash         INTEGER NOT NULL,            -- of the readable text, as detection sees it
    title        TEXT,
    extractor    TEXT NOT NULL,
    reextraction INTEGER NOT NULL             -- history read again by a better extractor
) STRICT;
CREATE INDEX version_by_time ON version (source, at, id);
CREATE INDEX version_by_hash ON version (source, hash, at, id);
CREATE INDEX version_by_text ON version (text);
CREATE INDEX version_by_snapshot ON version (snapshot) WHERE snapshot IS NOT NULL;

CREATE TABLE change (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    source        INTEGER NOT NULL REFERENCES source (n),
    at            INTEGER NOT NULL,
    before        INTEGER NOT NULL REFERENCES version (id),
    after         INTEGER NOT NULL REFERENCES version (id),
    cosmetic      TEXT,                       -- why it is not told; NULL: substantive
    words_removed INTEGER NOT NULL,
    words_added   INTEGER NOT NULL,
    hunks         BLOB NOT NULL               -- packed JSON
) STRICT;
CREATE INDEX change_by_source ON change (source, id);
CREATE INDEX change_by_time ON change (at);
CREATE INDEX change_by_after ON change (after);
CREATE INDEX change_by_before ON change (before);

CREATE TABLE item (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    source        INTEGER NOT NULL REFERENCES source (n),
    first_seen_at INTEGER NOT NULL,
    edited_at     INTEGER,
    pruned_at     INTEGER,                    -- text and numbers gone by retention; still recognised
    content_hash  INTEGER NOT NULL,
    published_at  INTEGER,
    guid          TEXT,
    link          TEXT,
    title         TEXT NOT NULL,
    read          TEXT                        -- JSON of the rest; NULL once pruned
) STRICT;
CREATE INDEX item_by_source ON item (source, first_seen_at, id);
CREATE INDEX item_by_age ON item (first_seen_at) WHERE pruned_at IS NULL;

-- A key that two items share names none of them, so no more than two are kept under one key.
CREATE TABLE item_key (
    source INTEGER NOT NULL,
    key    INTEGER NOT NULL,
    item   INTEGER NOT NULL REFERENCES item (id),
    PRIMARY KEY (source, key, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_key_by_item ON item_key (item);

-- What an item said before an edit.
CREATE TABLE item_revision (
    id           INTEGER PRIMARY KEY,
    item         INTEGER NOT NULL REFERENCES item (id),
    source       INTEGER NOT NULL REFERENCES source (n),
    replaced_at  INTEGER NOT NULL,
    title        TEXT NOT NULL,
    summary      TEXT NOT NULL,
    content_hash INTEGER NOT NULL
) STRICT;
CREATE INDEX item_revision_by_item ON item_revision (item, id);
CREATE INDEX item_revision_by_source ON item_revision (source, replaced_at, id);

CREATE TABLE metric (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- One row is one stretch over which a metric showed one value: rows grow with changes, not polls.
CREATE TABLE item_sample (
    item        INTEGER NOT NULL,
    metric      INTEGER NOT NULL REFERENCES metric (id),
    since       INTEGER NOT NULL,
    until       INTEGER NOT NULL,
    value       REAL NOT NULL,
    granularity REAL NOT NULL,
    PRIMARY KEY (item, metric, since)
) STRICT, WITHOUT ROWID;
CREATE TABLE source_sample (
    source      INTEGER NOT NULL,
    metric      INTEGER NOT NULL REFERENCES metric (id),
    since       INTEGER NOT NULL,
    until       INTEGER NOT NULL,
    value       REAL NOT NULL,
    granularity REAL NOT NULL,
    PRIMARY KEY (source, metric, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    source      INTEGER NOT NULL REFERENCES source (n),
    kind        TEXT NOT NULL,
    platform    TEXT,
    severity    INTEGER NOT NULL,             -- 0 cosmetic, 10, 20, 30 breaking
    detected_at INTEGER NOT NULL,
    effective   TEXT,                         -- date
    topic_key   TEXT NOT NULL,
    suppressed  INTEGER NOT NULL,
    change      INTEGER REFERENCES change (id),
    item        INTEGER REFERENCES item (id),
    finding     TEXT NOT NULL                 -- JSON
) STRICT;
CREATE INDEX finding_by_source ON finding (source, id);
CREATE INDEX finding_by_time ON finding (detected_at);
CREATE INDEX finding_by_topic ON finding (topic_key, id);
CREATE INDEX finding_by_change ON finding (change) WHERE change IS NOT NULL;
CREATE INDEX finding_by_item ON finding (item) WHERE item IS NOT NULL;

CREATE TABLE digest_run (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL,
    follows INTEGER NOT NULL,                 -- run before it, 0 for the first: no two follow the same
    slot   INTEGER,                           -- scheduled instant; NULL: asked for by hand
    at     INTEGER NOT NULL,
    since  INTEGER,
    until  INTEGER NOT NULL,
    upto   INTEGER NOT NULL,                  -- last finding looked at
    form   BLOB NOT NULL                      -- packed JSON
) STRICT;
CREATE UNIQUE INDEX digest_run_chain ON digest_run (digest, follows);
CREATE UNIQUE INDEX digest_run_slot ON digest_run (digest, slot) WHERE slot IS NOT NULL;
CREATE INDEX digest_run_by_digest ON digest_run (digest, id);

CREATE TABLE digest_finding (
    run     INTEGER NOT NULL REFERENCES digest_run (id),
    finding INTEGER NOT NULL REFERENCES finding (id),
    told    INTEGER NOT NULL,                 -- 1 told, 0 held back for the next run
    PRIMARY KEY (run, finding)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_finding_by_finding ON digest_finding (finding, run);

-- The outbox.
CREATE TABLE delivery (
    n          INTEGER PRIMARY KEY AUTOINCREMENT, -- order within a channel and recipient
    id         TEXT NOT NULL UNIQUE,
    run        INTEGER NOT NULL REFERENCES digest_run (id),
    channel    TEXT NOT NULL,
    recipient  TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'parked', 'dropped')),
    created_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER NOT NULL,
    settled_at INTEGER,                       -- when sent, parked or dropped
    note       TEXT                           -- receipt or last error
) STRICT;
CREATE INDEX delivery_waiting ON delivery (channel, recipient, n, next_at) WHERE state = 'waiting';
CREATE INDEX delivery_by_state ON delivery (state, n);
CREATE INDEX delivery_by_run ON delivery (run);

-- Kept by the database itself, so that no count reads history.
CREATE TABLE delivery_count (
    state TEXT PRIMARY KEY,
    n     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_count VALUES ('waiting', 0), ('sent', 0), ('parked', 0), ('dropped', 0);
CREATE TRIGGER delivery_counted AFTER INSERT ON delivery BEGIN
    UPDATE delivery_count SET n = n + 1 WHERE state = new.state;
END;
CREATE TRIGGER delivery_recounted AFTER UPDATE OF state ON delivery WHEN old.state <> new.state BEGIN
    UPDATE delivery_count SET n = n - 1 WHERE state = old.state;
    UPDATE delivery_count SET n = n + 1 WHERE state = new.state;
END;

-- The receipt log.
CREATE TABLE attempt (
    id       INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES delivery (n),
    at       INTEGER NOT NULL,
    outcome  TEXT NOT NULL,                   -- sent, failed, parked, retried, dropped
    note     TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_by_delivery ON attempt (delivery, id);

-- Rows are fed folded text (see store::fold); rowid is item.id, and source.n for the latest version.
CREATE VIRTUAL TABLE item_fts USING fts5 (title, summary, content = '', contentless_delete = 1,
    tokenize = 'porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE page_fts USING fts5 (title, body, content = '', contentless_delete = 1,
    tokenize = 'porter unicode61 remove_diacritics 2');

-- What a stage must remember between runs, such as the state of trend detection; packed.
CREATE TABLE memo (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
