//! What is searched, and what a repository's own code calls flags: `[scan]` of `tenantry.toml`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

/// The file that holds the settings, in the scanned folder or above it.
pub const SETTINGS_FILE: &str = "tenantry.toml";

/// What is searched, and what counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Functions of the repository's own that pass a key on.
    pub wrappers: Vec<Wrapper>,
    /// Only these files: patterns as in `.gitignore`, from the folder of the settings.
    pub include: Vec<String>,
    /// Not these files: patterns as in `.gitignore`, from the folder of the settings.
    pub exclude: Vec<String>,
    /// More names of what answers for flags, beside those that say so: `app`, for
    /// `app.is_enabled("new-billing")`.
    pub clients: Vec<String>,
    /// More modules that count as an SDK for flags: `@acme/flags`, `acme_flags`, `com.acme.flags`.
    pub sdks: Vec<String>,
    /// What the repository is called when its references are uploaded.
    pub repository: Option<String>,
}

/// A function that passes a key on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrapper {
    /// Its name: `feature_on`; or with what it is called on: `features.on`.
    pub name: String,
    /// Which argument is the key, from 0.
    #[serde(default)]
    pub key_argument: usize,
}

/// Settings that make no sense.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is no TOML, or says what no setting is.
    #[error("{} makes no sense", path.display())]
    Senseless {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: toml::de::Error,
    },
}

/// The whole file: other tables are other commands'.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    scan: Settings,
}

impl Settings {
    /// Reads the settings of the nearest `tenantry.toml`, in `folder` or above it; says as well
    /// which folder it is in.
    ///
    /// # Errors
    /// [`SettingsError`] if there is a file that cannot be read or understood.
    pub fn find(folder: &Path) -> Result<(Self, Option<PathBuf>), SettingsError> {
        for folder in folder.ancestors() {
            let path = folder.join(SETTINGS_FILE);
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    let file: File = toml::from_str(&text)
                        .map_err(|source| SettingsError::Senseless { path, source })?;
                    return Ok((file.scan, Some(folder.to_owned())));
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(source) => return Err(SettingsError::Unreadable { path, source }),
            }
        }
        Ok((Self::default(), None))
    }

    /// Reads settings from text.
    ///
    /// # Errors
    /// If it is no TOML, or says what no setting is.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text).map(|file: File| file.scan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_tables_are_other_commands_and_a_slip_is_told() {
        let settings = Settings::parse(
            "[debt]\nfail_on = 'due'\n[scan]\nwrappers = [{ name = 'feature_on' }, { name = 'on', key_argument = 1 }]\nexclude = ['fixtures/']",
        )
        .expect("settings");
        assert_eq!(settings.wrappers[0].key_argument, 0);
        assert_eq!(settings.wrappers[1].key_argument, 1);
        assert_eq!(settings.exclude, ["fixtures/"]);
        assert!(Settings::parse("[scan]\nwraper = []").is_err());
        assert_eq!(Settings::parse("").expect("nothing"), Settings::default());
    }

    #[test]
    fn the_nearest_file_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).expect("folders");
        std::fs::write(
            folder.path().join(SETTINGS_FILE),
            "[scan]\nclients = ['app']",
        )
        .expect("a file");
        let (settings, found) = Settings::find(&inner).expect("settings");
        assert_eq!(settings.clients, ["app"]);
        assert_eq!(found.as_deref(), Some(folder.path()));
    }
}
