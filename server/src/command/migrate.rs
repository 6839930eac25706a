//! `tenantry-server migrate`.

use super::open;
use crate::config::DatabaseConfig;

/// Brings the tables up to date.
pub(super) async fn run(database: &DatabaseConfig) -> anyhow::Result<()> {
    let store = open(database).await?;
    store.close().await;
    println!("The database is up to date.");
    Ok(())
}
