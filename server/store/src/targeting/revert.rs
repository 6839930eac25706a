//! What a targeting was: undoing the audit entries that came later.
//!
//! Separate because it is the only reader of the audit log's documents.

use serde::de::DeserializeOwned;
use serde_json::Value;
use tenantry_core::ItemId;
use tenantry_core::model::{FlagKey, Targeting};

use super::document;
use super::list::{self, Lists};
use crate::access::{EnvironmentScope, Mode};
use crate::audit::AuditDocument;
use crate::db::{args, number, signed, statements};
use crate::error::StoreError;
use crate::store::Store;

statements! { "audit_entry";
    HEAD = "SELECT audit_seq FROM project WHERE id = $1";
    LATER = "SELECT seq, documents FROM audit_entry
        WHERE project_id = $1 AND seq > $2 AND (flag = $3 OR flag IS NULL)
            AND (environment = $4 OR environment IS NULL)
        ORDER BY seq DESC";
}

impl Store {
    /// Works out what a flag's targeting was right after the audit entry `seq`, by undoing what came
    /// later; `None` if there is no such flag or entry, or the flag came later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn targeting_at<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
        seq: u64,
    ) -> Result<Option<Targeting>, StoreError> {
        let project = scope.project().id();
        let mut conn = self.read(scope.project()).await?;
        let (head,) = conn.one::<(i64,)>(&HEAD, args![project]).await?;
        if seq == 0 || signed(seq) > head {
            return Ok(None);
        }
        let Some(open) = document::open(&mut conn, project, scope.id(), flag).await? else {
            return Ok(None);
        };
        let mut past = Past {
            lists: list::members(&mut conn, project, scope.id(), open.flag).await?,
            targeting: open.definition.targeting,
        };
        let later = args![project, signed(seq), flag.as_str(), scope.key().as_str()];
        let later: Vec<(i64, String)> = conn.all(&LATER, later).await?;
        let item = ItemId::Flag(flag.clone()).to_string();
        for (seq, documents) in later {
            let seq: u64 = number("audit_entry", "seq", seq, seq)?;
            let documents: Vec<AuditDocument> = read(seq, &documents)?;
            for document in documents.into_iter().rev() {
                if document.item.as_deref() != Some(&item) {
                    continue;
                }
                if document.name == "flag" && document.before.is_null() {
                    return Ok(None);
                }
                if document.environment.as_deref() == Some(scope.key().as_str()) {
                    past.undo(seq, document)?;
                }
            }
        }
        Ok(Some(past.into_targeting()))
    }
}

/// A targeting on its way back, its key lists beside it.
struct Past {
    targeting: Targeting,
    lists: Lists,
}

impl Past {
    /// Takes back what a document says was done.
    fn undo(&mut self, seq: u64, document: AuditDocument) -> Result<(), StoreError> {
        let list = match document.name.as_str() {
            "targeting" => {
                self.targeting = value(seq, document.before)?;
                return Ok(());
            }
            "allow" => &mut self.lists.allow,
            "block" => &mut self.lists.block,
            _ => return Ok(()),
        };
        for tenant in value::<Vec<String>>(seq, document.after)? {
            list.remove(&tenant);
        }
        list.extend(value::<Vec<String>>(seq, document.before)?);
        Ok(())
    }

    fn into_targeting(self) -> Targeting {
        Targeting {
            allow: self.lists.allow.into_iter().collect(),
            block: self.lists.block.into_iter().collect(),
            ..self.targeting
        }
    }
}

fn read<T: DeserializeOwned>(seq: u64, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| corrupt(seq, error))
}

fn value<T: DeserializeOwned>(seq: u64, value: Value) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|error| corrupt(seq, error))
}

fn corrupt(seq: u64, error: serde_json::Error) -> StoreError {
    StoreError::corrupt("audit_entry", "documents", seq, error)
}
