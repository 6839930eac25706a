//! How plans are carried out.

use secrecy::SecretString;
use url::Url;

/// The pace at which plans go on.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Plans")]
pub struct PlansConfig {
    /// How often plans are looked at, in milliseconds
    #[arg(long, env = "TENANTRY_PLAN_TICK_MILLISECONDS", value_name = "MILLISECONDS", default_value_t = Self::default().plan_tick_milliseconds)]
    pub plan_tick_milliseconds: u64,
    /// How long after its end a minute of outcomes is taken to be complete, in seconds: programs tell
    /// of it within one minute, and it is written within a quarter of one
    #[arg(long, env = "TENANTRY_PLAN_LATENESS_SECONDS", value_name = "SECONDS", default_value_t = Self::default().plan_lateness_seconds)]
    pub plan_lateness_seconds: u32,
    /// The address of a Prometheus-compatible server, which guards of plans may ask about tenants
    #[arg(long, env = "TENANTRY_PROMETHEUS_URL", value_name = "URL")]
    pub prometheus_url: Option<Url>,
    /// The token that it wants, if it wants one
    #[arg(
        long,
        env = "TENANTRY_PROMETHEUS_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub prometheus_token: Option<SecretString>,
    /// Where the process dies when it carries out a decision, for tests
    #[arg(long, env = "TENANTRY_PLAN_FAULT", value_name = "WHERE", hide = true)]
    pub plan_fault: Option<PlanFault>,
}

/// A moment of carrying out a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PlanFault {
    /// It is made, and nothing is written.
    Decided,
    /// It is written, and not committed.
    Written,
    /// It is committed, and nobody has been told.
    Committed,
}

impl Default for PlansConfig {
    fn default() -> Self {
        Self {
            plan_tick_milliseconds: 1_000,
            plan_lateness_seconds: 150,
            prometheus_url: None,
            prometheus_token: None,
            plan_fault: None,
        }
    }
}
