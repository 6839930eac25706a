//! Every statement there is, and the rules that all of them keep.
//!
//! **Invariants**
//! - Outside maintenance every statement names the project of its scope. That is the first wall
//!   between projects; row-level security is the second.
//! - The audit log is only appended to.

use crate::db::Statement;
use crate::error::StoreError;
use crate::store::Store;

/// The lists of statements that work within one project.
const SCOPED: [&[Statement]; 45] = [
    crate::audit::APPEND,
    crate::audit::RANGE,
    crate::audit::READ,
    crate::audit::VERIFY,
    crate::code::READ,
    crate::code::WRITE,
    crate::debt::DAYS,
    crate::debt::FLAGS,
    crate::debt::POLICY,
    crate::debt::PROOF,
    crate::environment::ALL,
    crate::flag::FLAGS,
    crate::instance::ALL,
    crate::notification::LIST,
    crate::notification::PUT,
    crate::notification::SETTINGS,
    crate::plan::IN_FORCE,
    crate::plan::LIST,
    crate::plan::PLANS,
    crate::plan::UNDER_WAY,
    crate::plan::WRITE,
    crate::plan::ADMISSION,
    crate::project::ALL,
    crate::segment::ALL,
    crate::segment::MEMBERS,
    crate::segment::WRITE,
    crate::stream::CHANGES,
    crate::stream::HISTORY,
    crate::stream::LOAD,
    crate::targeting::DOCUMENTS,
    crate::targeting::LINKS,
    crate::targeting::LISTS,
    crate::targeting::PAST,
    crate::targeting::REVERT,
    crate::tenant::IMPORT,
    crate::tenant::ROSTER,
    crate::tenant::ROWS,
    crate::token::ALL,
    crate::token::WRITE,
    crate::tx::COMMIT,
    crate::usage::OUTCOMES,
    crate::usage::REQUESTS,
    crate::usage::SEVERAL,
    crate::usage::SHOW,
    crate::usage::UNKNOWN,
];

/// The lists of statements that work for the whole server.
fn of_the_server() -> impl Iterator<Item = &'static [Statement]> {
    [crate::notice::ALL, crate::store::ALL]
        .into_iter()
        .chain(crate::maintenance::STATEMENTS)
}

impl Store {
    /// Prepares every statement without running it: this build fits the tables there are.
    ///
    /// # Errors
    /// [`StoreError`] of the first statement that does not fit.
    pub async fn check_statements(&self) -> Result<(), StoreError> {
        let mut conn = self.maintenance().await?;
        for statement in SCOPED.into_iter().chain(of_the_server()).flatten() {
            conn.prepare(statement).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(lists: impl Iterator<Item = &'a [Statement]>) -> impl Iterator<Item = &'a str> {
        lists
            .flatten()
            .flat_map(|each| [each.sqlite, each.postgres])
    }

    #[test]
    fn scoped_statements_name_their_project() {
        for text in texts(SCOPED.into_iter()) {
            let names = text.contains("project_id = $1")
                || text.starts_with("INSERT") && text.contains("project_id")
                || text.split_whitespace().any(|word| word == "project")
                    && text.contains("WHERE id = $1");
            assert!(names, "this would reach into every project: {text}");
        }
    }

    #[test]
    fn the_audit_log_is_only_appended_to() {
        let lists = SCOPED.into_iter().chain(of_the_server());
        for text in texts(lists).filter(|text| text.contains("audit_entry")) {
            let appends = text.starts_with("SELECT") || text.starts_with("INSERT");
            assert!(appends && !text.contains("CONFLICT"), "{text}");
        }
    }
}
