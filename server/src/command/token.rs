//! `tenantry-server token`: the tokens of the whole server, which the API shows nobody.
//!
//! **Invariants**
//! - Whoever can run this holds the database, and needs no other credential.
//! - Every change is a line in the log: there is no project whose audit log could have it.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;
use tenantry_store::{MAX_OVERLAP, Token, TokenId};

use super::open;
use crate::config::DatabaseConfig;

/// What can be done with tokens at the command line.
#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a new administrator's token for the whole server and print it: the way back in
    Create {
        /// What people call it: 1 to 128 bytes
        #[arg(long, default_value = "made at the command line")]
        name: String,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// List the administrators' tokens of the whole server, newest first
    List {
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Give a token of the whole server a new secret and print it; the old one works on for a while
    Rotate {
        /// The token's id, as `list` shows it
        id: TokenId,
        /// How long the old secret works on, in seconds: 0 to 2592000 (30 days)
        #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
        overlap_seconds: u64,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Revoke a token of the whole server; running servers refuse it within a second
    Revoke {
        /// The token's id, as `list` shows it
        id: TokenId,
        #[command(flatten)]
        database: DatabaseConfig,
    },
}

impl TokenCommand {
    /// Carries out the command.
    pub(super) async fn run(self, now: DateTime<Utc>) -> anyhow::Result<()> {
        match self {
            Self::Create { name, database } => {
                let store = open(&database).await?;
                let (token, secret) = store.issue_admin_token(&name, now).await?;
                store.close().await;
                log(&token, "an administrator's token was made");
                println!("{}", secret.expose());
            }
            Self::List { database } => {
                let store = open(&database).await?;
                let tokens = store.admin_tokens().await?;
                store.close().await;
                for token in &tokens {
                    println!("{}", line(token, now));
                }
            }
            Self::Rotate {
                id,
                overlap_seconds,
                database,
            } => {
                let overlap = Duration::from_secs(overlap_seconds);
                let most = MAX_OVERLAP.as_secs();
                ensure!(
                    overlap <= MAX_OVERLAP,
                    "--overlap-seconds must be at most {most}"
                );
                let store = open(&database).await?;
                let rotated = store.rotate_admin_token(id, overlap, now).await?;
                store.close().await;
                let (token, secret) = rotated.context(NONE)?;
                log(&token, "an administrator's token was given a new secret");
                println!("{}", secret.expose());
            }
            Self::Revoke { id, database } => {
                let store = open(&database).await?;
                let revoked = store.revoke_admin_token(id, now).await?;
                store.close().await;
                let token = revoked.context(NONE)?;
                log(&token, "an administrator's token was revoked");
                println!("{}", line(&token, now));
            }
        }
        Ok(())
    }
}

const NONE: &str = "the server has no such token of its own, or it is revoked: \
    see `tenantry-server token list`; the tokens of projects are `tenantry tokens`";

fn log(token: &Token, what: &str) {
    tracing::info!(token.id = %token.id, token.name = token.name, "{what}");
}

/// A token in one line: id, state, when it was made and used, and its name, which may hold spaces.
fn line(token: &Token, now: DateTime<Utc>) -> String {
    let state = match token.revoked_at {
        Some(_) => "revoked",
        None if token.previous_until.is_some_and(|until| now < until) => "rotating",
        None => "valid",
    };
    let used = token.last_used_at.map_or("never".to_owned(), moment);
    let (id, made) = (token.id, moment(token.created_at));
    format!(
        "{id}  {state:8}  made {made}  used {used:20}  {:?}",
        token.name
    )
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
