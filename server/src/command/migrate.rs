//! `tenantry-server migrate`.

use secrecy::ExposeSecret as _;
use tenantry_store::Store;

use crate::config::DatabaseConfig;

/// Brings the tables up to date, in a database that need not exist before.
pub(super) async fn run(database: &DatabaseConfig) -> anyhow::Result<()> {
    database.create_folder()?;
    let store = Store::open(database.url().expose_secret()).await?;
    store.migrate().await?;
    store.close().await;
    println!("The database is up to date.");
    Ok(())
}
