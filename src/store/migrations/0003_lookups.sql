-- What the third release looks up along an index of its own.

-- Changes of the rules of one source, newest first, however long it has been silent.
CREATE INDEX finding_rule_change_by_source ON finding (source, id) WHERE kind = 'rule_change';
CREATE INDEX finding_classed_by_source ON finding (source, id)
    WHERE kind = 'new_item' AND json_extract(finding, '$.class') IS NOT NULL;
