//! A question that may fail, without a default.

use open_feature::Client;

async fn fails(client: &Client) -> u32 {
    match client.get_bool_value("new-billing", None, None).await {
        Ok(true) => 1,
        Ok(false) => 2,
        Err(_) => 3,
    }
}
