//! Appending an entry to the chain, and the bytes that are hashed.
//!
//! **Invariants**
//! - The canonical form is fixed for ever: a change of it breaks every chain there is. It is a JSON
//!   list of the entry's columns in the order of [`Unchained::canonical`], times in UTC to the
//!   microsecond, documents as one string.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::db::{Conn, args, signed, statements};
use crate::error::StoreError;
use crate::ids::{ProjectId, TokenId};

statements! { "audit_entry";
    INSERT = "INSERT INTO audit_entry (project_id, seq, at, actor, token_id, action, target, flag,
            environment, revision, reason, request_id, documents, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
}

/// The hash before a project's first entry.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// An entry before it is hashed.
#[derive(Debug, Clone)]
pub(crate) struct Unchained {
    pub(crate) project: ProjectId,
    pub(crate) seq: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: String,
    pub(crate) token: Option<TokenId>,
    pub(crate) action: String,
    pub(crate) target: String,
    pub(crate) flag: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) revision: Option<u64>,
    pub(crate) reason: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) documents: String,
}

impl Unchained {
    /// Writes the entry behind the one with the hash `previous`; yields its own hash.
    pub(crate) async fn append(
        self,
        conn: &mut Conn,
        previous: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let hash = self.hash(previous);
        let row = args![
            self.project,
            signed(self.seq),
            self.at,
            self.actor,
            self.token.map(|token| token.as_uuid()),
            self.action,
            self.target,
            self.flag,
            self.environment,
            self.revision.map(signed),
            self.reason,
            self.request_id,
            self.documents,
            hash.clone(),
        ];
        conn.execute(&INSERT, row).await?;
        Ok(hash)
    }

    /// The hash of this entry behind the one with the hash `previous`.
    pub(super) fn hash(&self, previous: &[u8]) -> Vec<u8> {
        let hash = Sha256::new().chain_update(previous);
        hash.chain_update(self.canonical()).finalize().to_vec()
    }

    fn canonical(&self) -> String {
        json!([
            self.project,
            self.seq,
            self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            self.actor,
            self.token,
            self.action,
            self.target,
            self.flag,
            self.environment,
            self.revision,
            self.reason,
            self.request_id,
            self.documents,
        ])
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_stays_as_it_is() {
        let entry = Unchained {
            project: "0198b8a0-0000-7000-8000-000000000001"
                .parse()
                .expect("a UUID"),
            seq: 7,
            at: DateTime::from_timestamp(1_800_000_000, 5_000).expect("in range"),
            actor: "ann".to_owned(),
            token: None,
            action: "flag.create".to_owned(),
            target: "flag/a".to_owned(),
            flag: Some("a".to_owned()),
            environment: None,
            revision: Some(3),
            reason: Some("why \"not\"".to_owned()),
            request_id: None,
            documents: "[]".to_owned(),
        };
        assert_eq!(
            entry.canonical(),
            r#"["0198b8a0-0000-7000-8000-000000000001",7,"2027-01-15T08:00:00.000005Z","ann",null,"flag.create","flag/a","a",null,3,"why \"not\"",null,"[]"]"#
        );
        assert_ne!(entry.hash(&GENESIS), entry.hash(&[1; 32]));
    }
}
