//! Where the data is.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

/// The database and the folder for everything the server keeps on disk.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Database")]
pub struct DatabaseConfig {
    /// `sqlite://path` or `postgres://user:password@host/name`; by default an SQLite file in the
    /// data directory
    #[arg(
        long,
        env = "TENANTRY_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_url: Option<SecretString>,
    /// Folder for the server's files; created if it does not exist
    #[arg(long, env = "TENANTRY_DATA_DIR", value_name = "FOLDER", default_value = DEFAULT_DATA_DIR)]
    pub data_dir: PathBuf,
}

const DEFAULT_DATA_DIR: &str = "tenantry-data";

/// The data directory cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// It does not exist and cannot be created.
    #[error("cannot create the data directory {folder:?}")]
    Create {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl DatabaseConfig {
    /// An SQLite file in `folder`, for tests and programs that embed the server.
    #[must_use]
    pub fn in_folder(folder: impl AsRef<Path>) -> Self {
        Self {
            database_url: None,
            data_dir: folder.as_ref().to_owned(),
        }
    }

    /// The address to open.
    #[must_use]
    pub fn url(&self) -> SecretString {
        let in_folder = || format!("sqlite://{}", self.data_dir.join("tenantry.db").display());
        self.database_url
            .clone()
            .unwrap_or_else(|| in_folder().into())
    }

    /// Creates the data directory, if the database is to be a file in it.
    ///
    /// # Errors
    /// [`DatabaseError`] if it cannot be created.
    pub fn create_folder(&self) -> Result<(), DatabaseError> {
        if self.database_url.is_some() {
            return Ok(());
        }
        std::fs::create_dir_all(&self.data_dir).map_err(|source| DatabaseError::Create {
            folder: self.data_dir.clone(),
            source,
        })
    }

    /// The kind of database, for the log: never the address, which may hold a password.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.database_url {
            Some(url) if !url.expose_secret().starts_with("sqlite:") => "postgres",
            _ => "sqlite",
        }
    }
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self::in_folder(DEFAULT_DATA_DIR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_address_the_database_is_a_file_in_the_data_directory() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = DatabaseConfig::in_folder(folder.path().join("new"));
        let url = config.url();
        assert!(url.expose_secret().starts_with("sqlite:///"), "{url:?}");
        assert!(url.expose_secret().ends_with("/new/tenantry.db"));
        assert!(!folder.path().join("new").exists());
        config.create_folder().expect("creatable");
        assert!(folder.path().join("new").is_dir());
        assert_eq!(config.kind(), "sqlite");
    }

    #[test]
    fn debug_output_hides_the_password() {
        let config = DatabaseConfig {
            database_url: Some("postgres://app:hunter2@db/tenantry".into()),
            ..DatabaseConfig::default()
        };
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(config.kind(), "postgres");
    }
}
