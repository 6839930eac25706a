//! Migrations: the two folders, embedded, and how they are run.
//!
//! **Invariants**
//! - Both folders hold the same versions. They are forward-only and never edited once released.

use rust_embed::Embed;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::Db;
use crate::error::OpenError;

#[derive(Embed)]
#[folder = "../../migrations/sqlite"]
struct SqliteMigrations;

#[derive(Embed)]
#[folder = "../../migrations/postgres"]
struct PostgresMigrations;

/// Runs what has not been run. PostgreSQL takes an advisory lock meanwhile, SQLite its write lock.
pub(crate) async fn migrate(db: &Db) -> Result<(), OpenError> {
    match db {
        Db::Sqlite { writer, .. } => migrator::<SqliteMigrations>().run(writer).await?,
        Db::Postgres(pool) => migrator::<PostgresMigrations>().run(pool).await?,
    }
    Ok(())
}

/// Reads the files of a folder, named `0001_what_it_is_for.sql`.
fn migrator<Folder: Embed>() -> Migrator {
    let migrations = Folder::iter().map(|name| {
        let file = Folder::get(&name).expect("the folder lists its files");
        let sql = String::from_utf8(file.data.into_owned()).expect("migrations are UTF-8");
        let (version, description) = name
            .strip_suffix(".sql")
            .and_then(|name| name.split_once('_'))
            .expect("a migration is named 0001_what_it_is_for.sql");
        let version = version
            .parse()
            .expect("a migration's name begins with its number");
        let description = description.replace('_', " ").into();
        // Safe: the text is part of this program.
        let sql = AssertSqlSafe(sql).into_sql_str();
        Migration::new(version, description, MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_migrations() {
        let versions = |migrator: Migrator| -> Vec<_> {
            migrator
                .iter()
                .map(|each| (each.version, each.description.clone()))
                .collect()
        };
        let sqlite = versions(migrator::<SqliteMigrations>());
        assert_eq!(sqlite, versions(migrator::<PostgresMigrations>()));
        assert!(!sqlite.is_empty());
        // Two branches may have taken the same number, and no database takes both.
        let numbers: std::collections::BTreeSet<_> = sqlite.iter().map(|it| it.0).collect();
        assert_eq!(numbers.len(), sqlite.len(), "{sqlite:?}");
    }
}
