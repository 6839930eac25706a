//! The command line: what an operator can ask of the binary.
//!
//! **Invariants**
//! - Without a command it serves.
//! - What a command prints on standard output is its result; everything else goes to the log.

mod audit;
mod migrate;
mod openapi;
mod serve;
mod token;

use clap::{Parser, Subcommand};
use secrecy::ExposeSecret as _;
use tenantry_store::Store;

use crate::clock::SharedClock;
use crate::config::{Config, DatabaseConfig, LogConfig};

/// Tenantry: feature flags rolled out tenant by tenant.
#[derive(Debug, Parser)]
#[command(
    name = "tenantry-server",
    version,
    args_conflicts_with_subcommands = true
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Box<Config>,
    #[command(flatten)]
    log: LogConfig,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, the streams and the web interface (what happens without a command)
    Serve(Box<Config>),
    /// Bring the database's tables up to date, and stop
    Migrate(DatabaseConfig),
    /// Print the OpenAPI document
    Openapi,
    /// Tokens, for operators who can reach the database
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
}

impl Arguments {
    /// Carries out the command on the machine's clock.
    ///
    /// # Errors
    /// Whatever stopped it, for the operator to read.
    pub async fn run(self) -> anyhow::Result<()> {
        self.run_at(SharedClock::system()).await
    }

    /// Carries out the command on a clock of the caller's, for tests that choose the time.
    ///
    /// # Errors
    /// Whatever stopped it, for the operator to read.
    pub async fn run_at(self, clock: SharedClock) -> anyhow::Result<()> {
        crate::telemetry::log::start(&self.log)?;
        match self.command {
            None => serve::run(*self.serve, clock).await,
            Some(Command::Serve(config)) => serve::run(*config, clock).await,
            Some(Command::Migrate(database)) => migrate::run(&database).await,
            Some(Command::Openapi) => openapi::run(),
            Some(Command::Token(command)) => command.run(clock.now()).await,
            Some(Command::Audit(command)) => command.run().await,
        }
    }
}

/// Opens the database for a command that is not the server. One that is not there is refused: a
/// mistyped folder must not look like an empty server.
async fn open(database: &DatabaseConfig) -> anyhow::Result<Store> {
    let store = Store::open_existing(database.url().expose_secret()).await?;
    store.migrate().await?;
    Ok(store)
}
