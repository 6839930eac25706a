//! Settings: what an operator may choose, one struct per concern.
//!
//! Separate from the parts that use them, so that `--help` is one page and tests can build any
//! setting without an environment.
//!
//! **Invariants**
//! - Parsed once, at the start; a component is given its own section and nothing else.
//! - Every setting is a flag and a `TENANTRY_*` variable of the same name.
//! - A secret never shows in `Debug` output.

mod bootstrap;
mod database;
mod http;
mod limits;
mod log;
mod notify;
mod ofrep;
mod plans;

pub use bootstrap::BootstrapConfig;
pub use database::{DatabaseConfig, DatabaseError};
pub use http::{HttpConfig, Origin};
pub use limits::LimitsConfig;
pub use log::{LogConfig, LogFormat};
pub use notify::NotifyConfig;
pub use ofrep::OfrepConfig;
pub use plans::{PlanFault, PlansConfig};

/// All that `serve` needs to know.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Config {
    /// Where the data is.
    #[command(flatten)]
    pub database: DatabaseConfig,
    /// Where the server listens and how it is reached.
    #[command(flatten)]
    pub http: HttpConfig,
    /// How much one caller may ask for.
    #[command(flatten)]
    pub limits: LimitsConfig,
    /// Who may evaluate flags from a browser.
    #[command(flatten)]
    pub ofrep: OfrepConfig,
    /// How plans are carried out.
    #[command(flatten)]
    pub plans: PlansConfig,
    /// How people are told.
    #[command(flatten)]
    pub notify: NotifyConfig,
    /// What happens at the first start.
    #[command(flatten)]
    pub bootstrap: BootstrapConfig,
}
