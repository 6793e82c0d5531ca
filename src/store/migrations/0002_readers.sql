-- What the second release keeps beside the spine; each part says whose it is.

-- Trends as they were found, so that one can be asked about when the tracker has long forgotten it.
CREATE TABLE trend (
    id         INTEGER PRIMARY KEY,           -- the tracker's number, never given twice
    stage      TEXT NOT NULL,
    found_at   INTEGER NOT NULL,              -- first check that found it
    checked_at INTEGER NOT NULL,              -- last check that found it
    trend      TEXT NOT NULL                  -- JSON as last found, without its items
) STRICT;
CREATE INDEX trend_by_check ON trend (checked_at);
CREATE INDEX trend_growing ON trend (checked_at) WHERE stage IN ('emerging', 'rising', 'peaking');
CREATE INDEX trend_fading ON trend (checked_at) WHERE stage = 'fading';
CREATE TABLE trend_item (
    trend INTEGER NOT NULL REFERENCES trend (id),
    item  INTEGER NOT NULL REFERENCES item (id),
    at    INTEGER NOT NULL,                   -- published, else first seen
    PRIMARY KEY (trend, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX trend_item_by_item ON trend_item (item);
-- The last check of each hour in which it was found.
CREATE TABLE trend_point (
    trend        INTEGER NOT NULL REFERENCES trend (id),
    hour         INTEGER NOT NULL,            -- its first millisecond
    score        REAL NOT NULL,
    owners       INTEGER NOT NULL,
    items        INTEGER NOT NULL,
    significance REAL NOT NULL,
    PRIMARY KEY (trend, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE trend_stage (
    trend INTEGER NOT NULL REFERENCES trend (id),
    at    INTEGER NOT NULL,
    stage TEXT NOT NULL,
    PRIMARY KEY (trend, at)
) STRICT, WITHOUT ROWID;
