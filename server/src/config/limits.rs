//! How much one caller may ask for.

/// Bounds on requests and streams; each has an answer to "too much".
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitsConfig {
    /// Largest request body, in bytes
    #[arg(long, env = "TENANTRY_MAX_BODY_BYTES", value_name = "BYTES", default_value_t = Self::default().max_body_bytes)]
    pub max_body_bytes: usize,
    /// Largest request body with key lists (targeting, allow, block), in bytes
    #[arg(long, env = "TENANTRY_MAX_LIST_BODY_BYTES", value_name = "BYTES", default_value_t = Self::default().max_list_body_bytes)]
    pub max_list_body_bytes: usize,
    /// Largest file of tenants to import, in bytes
    #[arg(long, env = "TENANTRY_MAX_IMPORT_BODY_BYTES", value_name = "BYTES", default_value_t = Self::default().max_import_body_bytes)]
    pub max_import_body_bytes: usize,
    /// Longest time to answer a request, in seconds
    #[arg(long, env = "TENANTRY_REQUEST_TIMEOUT_SECONDS", value_name = "SECONDS", default_value_t = Self::default().request_timeout_seconds)]
    pub request_timeout_seconds: u64,
    /// Longest time for the head of a request to arrive, in seconds; idle connections end after it,
    /// so it should be longer than a load balancer keeps them
    #[arg(long, env = "TENANTRY_HEADER_TIMEOUT_SECONDS", value_name = "SECONDS", default_value_t = Self::default().header_timeout_seconds)]
    pub header_timeout_seconds: u64,
    /// Most evaluation requests of one token, per second; more get 429. 0 for no bound
    #[arg(long, env = "TENANTRY_MAX_EVALUATIONS_PER_SECOND", value_name = "COUNT", default_value_t = Self::default().max_evaluations_per_second)]
    pub max_evaluations_per_second: u32,
    /// Most streams at a time; more get 503
    #[arg(long, env = "TENANTRY_MAX_STREAMS", value_name = "COUNT", default_value_t = Self::default().max_streams)]
    pub max_streams: usize,
    /// Time that requests and streams have to end when the server stops, in seconds
    #[arg(long, env = "TENANTRY_SHUTDOWN_SECONDS", value_name = "SECONDS", default_value_t = Self::default().shutdown_seconds)]
    pub shutdown_seconds: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            max_body_bytes: 2 * 1024 * 1024,
            max_list_body_bytes: 32 * 1024 * 1024,
            max_import_body_bytes: 64 * 1024 * 1024,
            request_timeout_seconds: 30,
            header_timeout_seconds: 75,
            max_evaluations_per_second: 10_000,
            max_streams: 20_000,
            shutdown_seconds: 10,
        }
    }
}
