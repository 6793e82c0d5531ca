//! What was said in the last weeks, in compact form: the baseline that bursts are measured against.
//!
//! Per item only the time, the owner and the stems of its title. Questions are answered by one scan
//! for all candidates of a check, so that nothing has to be indexed.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Items remembered at most; a busier stream has a shorter past.
const ITEMS: usize = 200_000;
/// Stems remembered per item.
const STEMS: usize = 12;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Past {
    at: i64,
    owner: u32,
    stems: Box<[u32]>,
}

/// The past of a stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct History {
    items: VecDeque<Past>,
}

/// One earlier item that shares a candidate's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Echo {
    /// When.
    pub(super) at: i64,
    /// Whose.
    pub(super) owner: u32,
}

impl History {
    /// Remembers an item.
    pub(super) fn push(&mut self, at: i64, owner: u32, stems: &[u32]) {
        self.items.push_back(Past {
            at,
            owner,
            stems: stems.iter().take(STEMS).copied().collect(),
        });
    }

    /// Forgets what is older than `before`.
    pub(super) fn expire(&mut self, before: i64) {
        while self
            .items
            .front()
            .is_some_and(|item| item.at < before || self.items.len() > ITEMS)
        {
            self.items.pop_front();
        }
    }

    /// Items in `[since, until)`.
    pub(super) fn volume(&self, since: i64, until: i64) -> usize {
        self.items
            .iter()
            .filter(|item| since <= item.at && item.at < until)
            .count()
    }

    /// When the remembered past begins.
    pub(super) fn begin(&self) -> Option<i64> {
        self.items.front().map(|item| item.at)
    }

    /// For each signature, the items before `until` that share at least `need` of its stems.
    pub(super) fn echoes(&self, signatures: &[(Vec<u32>, usize)], until: i64) -> Vec<Vec<Echo>> {
        let mut wanted: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (candidate, (stems, _)) in signatures.iter().enumerate() {
            for stem in stems {
                wanted.entry(*stem).or_default().push(candidate as u32);
            }
        }
        let mut echoes = vec![Vec::new(); signatures.len()];
        let mut met: Vec<u32> = Vec::new();
        for item in self.items.iter().filter(|item| item.at < until) {
            met.clear();
            for stem in &item.stems {
                if let Some(candidates) = wanted.get(stem) {
                    met.extend(candidates);
                }
            }
            met.sort_unstable();
            for run in met.chunk_by(|a, b| a == b) {
                let candidate = run[0] as usize;
                if run.len() >= signatures[candidate].1 {
                    echoes[candidate].push(Echo {
                        at: item.at,
                        owner: item.owner,
                    });
                }
            }
        }
        echoes
    }
}
