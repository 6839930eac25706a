//! Verifying the audit log: walking the chain from its first entry to its head.

use std::cmp::Ordering;

use super::append::GENESIS;
use super::list::{self, EntryRow};
use crate::access::{Mode, ProjectScope};
use crate::db::{args, number, statements};
use crate::error::StoreError;
use crate::hex;
use crate::store::Store;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// How many entries were found good, from the first one on.
    pub entries: u64,
    /// The hash of the last good entry, in lowercase hexadecimal.
    pub head: String,
    /// The first bad entry, if there is one.
    pub broken: Option<Broken>,
}

/// Where the chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// The number of the first bad entry.
    pub seq: u64,
    /// What is wrong with it.
    pub why: Break,
}

/// How a chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The entry is missing.
    Missing,
    /// The entry is not what was written, or not in its place.
    Altered,
    /// The project's row knows nothing of it.
    BeyondHead,
}

/// How many entries are held in memory at a time.
const BATCH: i64 = 1000;

statements! { "project";
    HEAD = "SELECT audit_seq, audit_head FROM project WHERE id = $1";
}

impl Store {
    /// Walks the project's whole audit log, a thousand entries at a time.
    ///
    /// # Errors
    /// [`StoreError`]. A broken chain is a result, not an error.
    pub async fn verify_audit<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
    ) -> Result<Verification, StoreError> {
        // One snapshot: the head and the entries are of the same moment.
        let mut conn = self.read(scope).await?;
        let (end, head) = conn.one::<(i64, Vec<u8>)>(&HEAD, args![scope.id()]).await?;
        let end: u64 = number("project", "audit_seq", scope.id(), end)?;
        let mut walk = Walk {
            entries: 0,
            hash: GENESIS.to_vec(),
        };
        loop {
            let batch = list::after(&mut conn, scope.id(), walk.entries, BATCH).await?;
            if batch.is_empty() {
                return Ok(walk.end(end, &head));
            }
            for row in batch {
                if let Err(why) = walk.step(row)? {
                    return Ok(walk.broken(why));
                }
            }
        }
    }
}

/// How far the chain was found good.
struct Walk {
    entries: u64,
    hash: Vec<u8>,
}

impl Walk {
    /// Takes the next entry, or says how it is bad.
    fn step(&mut self, row: EntryRow) -> Result<Result<(), Break>, StoreError> {
        let written = row.hash.clone();
        let entry = row.unchained()?;
        if entry.seq != self.entries + 1 {
            return Ok(Err(Break::Missing));
        }
        if entry.hash(&self.hash) != written {
            return Ok(Err(Break::Altered));
        }
        (self.entries, self.hash) = (entry.seq, written);
        Ok(Ok(()))
    }

    /// Compares where the walk ended with where the project's row says it should.
    fn end(self, seq: u64, head: &[u8]) -> Verification {
        match self.entries.cmp(&seq) {
            Ordering::Less => self.broken(Break::Missing),
            Ordering::Greater => Verification {
                broken: Some(Broken {
                    seq: seq + 1,
                    why: Break::BeyondHead,
                }),
                entries: seq,
                head: hex::encode(head),
            },
            Ordering::Equal if self.hash != head => Verification {
                broken: Some(Broken {
                    seq,
                    why: Break::Altered,
                }),
                entries: seq.saturating_sub(1),
                head: hex::encode(&self.hash),
            },
            Ordering::Equal => Verification {
                entries: self.entries,
                head: hex::encode(&self.hash),
                broken: None,
            },
        }
    }

    fn broken(&self, why: Break) -> Verification {
        Verification {
            entries: self.entries,
            head: hex::encode(&self.hash),
            broken: Some(Broken {
                seq: self.entries + 1,
                why,
            }),
        }
    }
}
