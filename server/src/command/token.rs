//! `tenantry-server token`.

use clap::Subcommand;

use super::open;
use crate::clock::SharedClock;
use crate::config::DatabaseConfig;

/// What can be done with tokens at the command line.
#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a new administrator's token for the whole server and print it: the way back in
    Create {
        /// What people call it
        #[arg(long, default_value = "made at the command line")]
        name: String,
        #[command(flatten)]
        database: DatabaseConfig,
    },
}

impl TokenCommand {
    /// Carries out the command.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Create { name, database } = self;
        let store = open(&database).await?;
        let secret = store
            .issue_admin_token(&name, SharedClock::system().now())
            .await?;
        store.close().await;
        println!("{}", secret.expose());
        Ok(())
    }
}
