//! Where in the log entries have to be looked for, so that nobody walks over all of it.
//!
//! Separate from the list because it turns times into numbers, and bounds what a page may cost.
//!
//! **Invariants**
//! - No entry that is meant lies outside, but for nodes whose clocks disagree by more than 10,000 entries
//!   take to be written.

use chrono::{DateTime, Utc};

use super::AuditFilter;
use crate::db::{Conn, Statement, args, micros, number, statements};
use crate::error::{ListError, StoreError};
use crate::ids::ProjectId;
use crate::page;

/// How many entries are looked at for a page, where no index leads to those that are meant.
const SPAN: u64 = 50_000;
/// By how many entries the clocks of nodes may have disagreed about which came first.
const SLACK: u64 = 10_000;

statements! { "audit_entry";
    SEQ_BEFORE = "SELECT seq FROM audit_entry WHERE project_id = $1 AND at < $2 ORDER BY at DESC LIMIT 1";
    SEQ_FROM = "SELECT seq FROM audit_entry WHERE project_id = $1 AND at >= $2 ORDER BY at LIMIT 1";
    HEAD = "SELECT audit_seq FROM project WHERE id = $1";
}

/// The numbers that entries may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    /// The lowest of all pages.
    pub(super) first: u64,
    /// The lowest of this page.
    pub(super) walked_from: u64,
    /// The highest.
    pub(super) last: u64,
}

impl AuditFilter {
    /// Where entries have to be looked for; `None` if there can be none.
    pub(super) async fn range(
        &self,
        conn: &mut Conn,
        project: ProjectId,
    ) -> Result<Option<Range>, ListError> {
        let (head,) = conn.one::<(i64,)>(&HEAD, args![project]).await?;
        let mut last: u64 = number("project", "audit_seq", project, head)?;
        let mut first = 1;
        if let Some(cursor) = &self.cursor {
            let before: u64 = page::decode(cursor)?;
            last = last.min(before.saturating_sub(1));
        }
        // Times lead to numbers, roughly: entries are numbered in the order of their commits, and
        // stamped by their nodes' clocks.
        if let Some(to) = self.to {
            let found = seq_at(conn, &SEQ_BEFORE, project, to).await?;
            let Some(seq) = found else { return Ok(None) };
            last = last.min(seq.saturating_add(SLACK));
        }
        if let Some(from) = self.from {
            let found = seq_at(conn, &SEQ_FROM, project, from).await?;
            let Some(seq) = found else { return Ok(None) };
            first = seq.saturating_sub(SLACK).max(1);
        }
        let is_indexed = self.flag.is_some() || self.target.is_some();
        let is_filtered = self.q.is_some()
            || self.actor.is_some()
            || self.action.is_some()
            || self.environment.is_some();
        let walked_from = if is_filtered && !is_indexed {
            first.max((last + 1).saturating_sub(SPAN))
        } else {
            first
        };
        Ok((first <= last).then_some(Range {
            first,
            walked_from,
            last,
        }))
    }
}

/// The number of the entry that a time leads to.
async fn seq_at(
    conn: &mut Conn,
    statement: &Statement,
    project: ProjectId,
    at: DateTime<Utc>,
) -> Result<Option<u64>, StoreError> {
    let row: Option<(i64,)> = conn.optional(statement, args![project, micros(at)]).await?;
    row.map(|(seq,)| number("audit_entry", "seq", seq, seq))
        .transpose()
}
