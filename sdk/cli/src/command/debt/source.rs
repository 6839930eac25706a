//! Where the report comes from.
//!
//! Separate from the judgement, which does not care.

use std::collections::BTreeSet;

use reqwest::Method;
use serde::Deserialize as _;
use serde_json::Value;
use tenantry_protocol::report::Report;

use super::judgement::Known;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Asks the server.
pub(super) async fn from_server(global: &Global, console: &mut Console) -> Result<Known, Failure> {
    let client = Client::new(global, console)?;
    let document: Value = client.project(Method::GET, &["debt"]).send().await?.body;
    let report = Report::deserialize(&document).map_err(|source| Failure::NotUnderstood {
        url: global.url.clone(),
        source,
    })?;
    Ok(Known {
        document,
        report,
        flags: None::<BTreeSet<String>>,
        age: None,
    })
}
