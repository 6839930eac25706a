//! `tenantry-server audit`.

use std::collections::BTreeMap;

use anyhow::bail;
use clap::Subcommand;
use tenantry_store::{Break, Verification};

use super::open;
use crate::config::DatabaseConfig;

/// What can be done with the audit log at the command line.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Walk every project's audit log and name the first entry that is not what was written
    Verify {
        #[command(flatten)]
        database: DatabaseConfig,
    },
}

impl AuditCommand {
    /// Carries out the command.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Verify { database } = self;
        let store = open(&database).await?;
        // Every project has environments, and a scope of one holds a scope of its project.
        let environments = store.all_environments().await?;
        let projects: BTreeMap<_, _> = environments
            .iter()
            .map(|it| (it.project().key(), it.project()))
            .collect();
        let (mut verified, mut entries, mut broken) = (0, 0, 0);
        for (key, scope) in projects {
            verified += 1;
            let verification = store.verify_audit(scope).await?;
            entries += verification.entries;
            broken += u64::from(verification.broken.is_some());
            println!("{key}: {}", describe(&verification));
        }
        store.close().await;
        println!(
            "verified: {} with {}",
            count(verified, "project", "projects"),
            count(entries, "good entry", "good entries")
        );
        if broken > 0 {
            let logs = count(broken, "audit log is", "audit logs are");
            bail!("{logs} broken");
        }
        Ok(())
    }
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn describe(verification: &Verification) -> String {
    let good = format!(
        "{} good entries, head {}",
        verification.entries, verification.head
    );
    match verification.broken {
        None => good,
        Some(broken) => {
            let why = match broken.why {
                Break::Missing => "is missing",
                Break::Altered => "is not what was written",
                Break::BeyondHead => "lies beyond the head that the project names",
            };
            format!("{good}; entry {} {why}", broken.seq)
        }
    }
}
