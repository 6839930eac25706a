//! OpenFeature's client, whose questions may fail.

use open_feature::{Client, OpenFeature};

/// Whether invoices are sent at once.
pub async fn at_once(_client: &Client, _tenant: &str, urgent: bool) -> bool {
    urgent
}

/// A client without a provider.
pub async fn client() -> Client {
    OpenFeature::singleton_mut().await.create_client()
}
