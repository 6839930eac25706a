//! The log on standard error: text on a terminal, JSON lines elsewhere.

use std::io::IsTerminal as _;

use thiserror::Error;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::config::{LogConfig, LogFormat};

/// The log cannot be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum LogError {
    /// The filter is not one.
    #[error("cannot read the log filter")]
    Filter(#[from] ParseError),
    /// Something else in this process has started a log already.
    #[error("cannot start the log")]
    Start(#[from] TryInitError),
}

/// Starts the log of this process, once. Panics go into it as well.
///
/// # Errors
/// [`LogError`] if the filter is wrong or a log runs already.
pub(crate) fn start(config: &LogConfig) -> Result<(), LogError> {
    let registry = tracing_subscriber::registry().with(EnvFilter::try_new(&config.log)?);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let is_terminal = std::io::stderr().is_terminal();
    match config.log_format {
        LogFormat::Text => registry.with(lines.with_ansi(is_terminal)).try_init()?,
        LogFormat::Auto if is_terminal => registry.with(lines).try_init()?,
        LogFormat::Auto | LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_span_list(false);
            registry.with(lines).try_init()?;
        }
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let message = panic
            .payload_as_str()
            .unwrap_or("a panic without a message");
        tracing::error!(panic.place = place, panic.message = message, "panicked");
    }));
    Ok(())
}
