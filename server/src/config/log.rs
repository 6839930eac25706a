//! What is logged, and in which form.

/// The log on standard error.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Log")]
pub struct LogConfig {
    /// Form of the log: `auto` is text on a terminal and JSON elsewhere
    #[arg(long, env = "TENANTRY_LOG_FORMAT", value_enum, default_value_t = LogFormat::Auto, global = true)]
    pub log_format: LogFormat,
    /// What is logged: `warn`, `info`, `debug`, or per module as in `info,tenantry_store=debug`
    #[arg(long, env = "TENANTRY_LOG", value_name = "FILTER", default_value = DEFAULT_FILTER, global = true)]
    pub log: String,
}

const DEFAULT_FILTER: &str = "info";

/// The form of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// One JSON object a line.
    Json,
    /// Lines for people.
    Text,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            log_format: LogFormat::default(),
            log: DEFAULT_FILTER.to_owned(),
        }
    }
}
