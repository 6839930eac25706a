//! OpenFeature's client, whose questions may fail.

use open_feature::{Client, EvaluationContext, OpenFeature};

/// Whether invoices are sent at once.
pub async fn at_once(client: &Client, tenant: &str, urgent: bool) -> bool {
    let context = EvaluationContext::default().with_targeting_key(tenant);
    let on = client
        .get_bool_value("new-billing", Some(&context), None)
        .await
        .unwrap_or(false);
    on && urgent
}

/// A client without a provider.
pub async fn client() -> Client {
    OpenFeature::singleton_mut().await.create_client()
}
