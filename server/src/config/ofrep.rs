//! Who may evaluate flags from a browser.

use super::Origin;

/// Cross-origin access to the evaluation endpoints, for `OpenFeature`'s web provider.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Evaluation")]
pub struct OfrepConfig {
    /// Origins whose pages may call `/ofrep/v1`, separated by commas; none by default
    #[arg(
        long,
        env = "TENANTRY_OFREP_ALLOWED_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub ofrep_allowed_origins: Vec<Origin>,
}
