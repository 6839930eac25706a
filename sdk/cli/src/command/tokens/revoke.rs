//! `tenantry tokens revoke ID`: ends a token at once, and the streams that were opened with it.

use clap::Args;
use reqwest::Method;
use serde::de::IgnoredAny;

use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// Revoke a token: it stops working at once, and its streams are closed
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The token's id, as tokens list shows it
    id: String,
}

impl Revoke {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        client
            .project(Method::DELETE, &["tokens", &self.id])
            .send::<IgnoredAny>()
            .await?;
        console.line(format!(
            "revoked {}: it no longer works, and its streams are closed",
            plain(&self.id)
        ))
    }
}
