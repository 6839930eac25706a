//! `tenantry tokens revoke ID`: ends a token at once, and the streams that were opened with it.

use clap::Args;
use reqwest::Method;
use serde::Deserialize as _;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::api::{Client, Page, TokenInfo};
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
        // The server does not say whether it was revoked before.
        let before = self.find(&client, global).await?;
        client
            .project(Method::DELETE, &["tokens", &self.id])
            .send::<IgnoredAny>()
            .await?;
        if global.wants_json() {
            let after = self.find(&client, global).await?;
            return console.json(&after.map(|(document, _)| document));
        }
        let id = plain(&self.id);
        match before.and_then(|(_, token)| token.revoked_at) {
            Some(at) => console.line(format!(
                "{id} was revoked already, on {}",
                at.format("%Y-%m-%d")
            )),
            None => console.line(format!(
                "revoked {id}: it no longer works, and its streams are closed"
            )),
        }
    }

    /// The token as the server lists it; `None` if it does not.
    async fn find(
        &self,
        client: &Client<'_>,
        global: &Global,
    ) -> Result<Option<(Value, TokenInfo)>, Failure> {
        let page: Page<Value> = client.project(Method::GET, &["tokens"]).send().await?.body;
        let found = page
            .items
            .into_iter()
            .find(|token| token["id"].as_str() == Some(&self.id));
        found
            .map(|document| {
                let token =
                    TokenInfo::deserialize(&document).map_err(|source| Failure::NotUnderstood {
                        url: global.url.clone(),
                        source,
                    })?;
                Ok((document, token))
            })
            .transpose()
    }
}
