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

-- Alerts: how far an instant digest has looked, and what became of what it might have told at once.
CREATE TABLE alert_place (
    digest TEXT PRIMARY KEY,
    upto   INTEGER NOT NULL                   -- last finding looked at
) STRICT, WITHOUT ROWID;
CREATE TABLE alert (
    finding INTEGER NOT NULL REFERENCES finding (id),
    digest  TEXT NOT NULL,
    at      INTEGER NOT NULL,                 -- when this was decided
    topic   TEXT NOT NULL,
    verdict TEXT NOT NULL,                    -- sent, escalated, waiting; else what kept it back
    until   INTEGER,                          -- when a waiting one is looked at again
    PRIMARY KEY (finding, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_waiting ON alert (digest, until) WHERE verdict = 'waiting';
CREATE INDEX alert_sent ON alert (digest, at) WHERE verdict IN ('sent', 'escalated');

-- What readers do not want to hear of, as said at the command line or by a link in a digest.
CREATE TABLE mute (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at  INTEGER NOT NULL,
    until    INTEGER,                         -- NULL: for good
    ended_at INTEGER,                         -- taken back by a person
    origin   TEXT UNIQUE,                     -- the link that made it, so that it makes one only
    mute     TEXT NOT NULL                    -- JSON
) STRICT;
CREATE INDEX mute_in_force ON mute (id) WHERE ended_at IS NULL;

-- What an audience thinks of what it was told: its last word on each finding.
CREATE TABLE vote (
    audience TEXT NOT NULL,
    finding  INTEGER NOT NULL REFERENCES finding (id),
    at       INTEGER NOT NULL,
    verb     TEXT NOT NULL CHECK (verb IN ('up', 'down', 'fire', 'mute')),
    way      TEXT NOT NULL,                   -- web or cli
    PRIMARY KEY (audience, finding)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_by_time ON vote (audience, at);
CREATE INDEX vote_by_finding ON vote (finding);

-- A channel that does not take messages: one row from its first failure until it works again.
CREATE TABLE channel_trouble (
    channel   TEXT NOT NULL,
    recipient TEXT NOT NULL,
    since     INTEGER NOT NULL,               -- first failure
    last_at   INTEGER NOT NULL,               -- last failure
    failures  INTEGER NOT NULL,
    parked    INTEGER NOT NULL,
    why       TEXT NOT NULL,                  -- the last one
    told_at   INTEGER,                        -- when another channel was told
    via       TEXT,                           -- which
    PRIMARY KEY (channel, recipient)
) STRICT, WITHOUT ROWID;

-- Detection: a change that waits for another reading before it is told; at most one a source. Its
-- finding is kept suppressed until then.
CREATE TABLE pending (
    source  INTEGER PRIMARY KEY REFERENCES source (n),
    finding INTEGER NOT NULL REFERENCES finding (id),
    base    INTEGER NOT NULL REFERENCES version (id), -- the text that readers know
    doubt   TEXT NOT NULL,
    since   INTEGER NOT NULL,                         -- when the text that waits was first read
    due     INTEGER NOT NULL,                         -- a reading from then on ends the wait
    rounds  INTEGER NOT NULL
) STRICT;

-- Forgetting: messages by when they were settled, and digests that still have their text (an empty one
-- was forgotten).
CREATE INDEX delivery_settled ON delivery (settled_at) WHERE state IN ('sent', 'dropped');
CREATE INDEX digest_run_with_form ON digest_run (at) WHERE form <> x'';
CREATE TRIGGER delivery_uncounted AFTER DELETE ON delivery BEGIN
    UPDATE delivery_count SET n = n - 1 WHERE state = old.state;
END;

-- Messages that a chat takes in several parts: how many of them it has.
ALTER TABLE delivery ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;

-- Topics that a user watches, and what mentions them. Hours are counted since 1970.
CREATE TABLE topic (
    n          INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    definition INTEGER NOT NULL,              -- hash: another definition is matched anew
    filled     INTEGER NOT NULL,              -- history was matched up to this item
    live       INTEGER,                       -- later items are matched by their polls; NULL: not yet, or no more
    alerted_at INTEGER,                       -- last spike told
    finding    INTEGER REFERENCES finding (id)
) STRICT;
CREATE TABLE mention (
    topic INTEGER NOT NULL REFERENCES topic (n),
    at    INTEGER NOT NULL,                   -- published, but not after it was first seen
    item  INTEGER NOT NULL REFERENCES item (id),
    story INTEGER,                            -- the tracker's; NULL until it has looked
    PRIMARY KEY (topic, at, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_by_item ON mention (item);
CREATE INDEX mention_by_story ON mention (story) WHERE story IS NOT NULL;
CREATE TABLE topic_volume (
    topic    INTEGER NOT NULL REFERENCES topic (n),
    hour     INTEGER NOT NULL,
    owner    TEXT NOT NULL,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (topic, hour, owner)
) STRICT, WITHOUT ROWID;
-- Hours in which a poll worked: of all others nothing is known.
CREATE TABLE watched_hour (
    hour INTEGER PRIMARY KEY
) STRICT;
INSERT INTO watched_hour SELECT DISTINCT finished_at / 3600000 FROM poll
    WHERE outcome IN ('read', 'same', 'not_modified');

-- The rulebook: facts read from sources' texts, and every value each has had.
CREATE TABLE rule (
    name          TEXT PRIMARY KEY,
    source        INTEGER NOT NULL REFERENCES source (n),
    spec          TEXT NOT NULL,              -- JSON: how it is configured
    known_since   INTEGER NOT NULL,
    verified_at   INTEGER,                    -- value last read or confirmed
    looked        INTEGER,                    -- hash of the text it was last looked for in
    gone_since    INTEGER,                    -- not found since
    stale_told_at INTEGER,                    -- told as stale, not verified since
    retired_at    INTEGER                     -- no longer configured since; history stays
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_by_source ON rule (source);
CREATE TABLE rule_value (
    rule       TEXT NOT NULL REFERENCES rule (name),
    since      INTEGER NOT NULL,
    value      TEXT NOT NULL,
    quote      TEXT,
    configured INTEGER NOT NULL,              -- vouched for by the configuration, not read
    change     INTEGER REFERENCES change (id),
    PRIMARY KEY (rule, since)
) STRICT, WITHOUT ROWID;

-- Asking about rules: what changed, newest first, and what comes into force when. The classed entries
-- of changelogs are changes of rules too.
CREATE INDEX finding_rule_change ON finding (id) WHERE kind = 'rule_change';
CREATE INDEX finding_classed ON finding (id)
    WHERE kind = 'new_item' AND json_extract(finding, '$.class') IS NOT NULL;
CREATE INDEX finding_by_effective ON finding (effective, id) WHERE effective IS NOT NULL;

-- The first-seen radar: every name with the days (since 1970) of its first and last use; which items
-- use a name while it is young, or was told; and the names that were told, or go with one that was.
CREATE TABLE name (
    key   INTEGER PRIMARY KEY,                -- hash of the folded name
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL
) STRICT;
CREATE TABLE name_use (
    key  INTEGER NOT NULL,
    item INTEGER NOT NULL REFERENCES item (id),
    at   INTEGER NOT NULL,                    -- published, but not after it was first seen
    PRIMARY KEY (key, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_use_by_time ON name_use (at);
CREATE TABLE new_name (
    key      INTEGER PRIMARY KEY,
    found_at INTEGER NOT NULL,
    finding  INTEGER REFERENCES finding (id), -- NULL: another name of what was told
    name     TEXT NOT NULL                    -- JSON
) STRICT;
CREATE INDEX new_name_told ON new_name (found_at) WHERE finding IS NOT NULL;

-- Flips: blocks of texts that ever came or went, so that a part of a page that comes back is known again.
CREATE TABLE passage (
    source    INTEGER NOT NULL REFERENCES source (n),
    hash      INTEGER NOT NULL,               -- of its words
    original  INTEGER NOT NULL,               -- there when the source was first read
    turns     INTEGER NOT NULL,               -- how often it came or went
    version   INTEGER NOT NULL REFERENCES version (id), -- with which it last did
    before_at INTEGER NOT NULL,               -- when the version before that was read
    told      INTEGER,                        -- what readers were told before that: 1 there, 0 gone
    PRIMARY KEY (source, hash)
) STRICT, WITHOUT ROWID;
