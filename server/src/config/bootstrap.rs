//! What happens at the first start.

use secrecy::SecretString;

/// The first administrator, and whether to fill the server with things to look at.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "First start")]
pub struct BootstrapConfig {
    /// The first administrator's token, instead of a random one that is printed once
    #[arg(
        long,
        env = "TENANTRY_BOOTSTRAP_ADMIN_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub bootstrap_admin_token: Option<SecretString>,
    /// Fill the default project with flags in every state, and keep a rollout moving
    #[arg(long, env = "TENANTRY_DEMO")]
    pub demo: bool,
}
