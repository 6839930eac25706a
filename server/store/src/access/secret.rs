//! Secrets: the text of a token.
//!
//! `tnry_<type>_` + 30 characters of base62 + 6 characters of base62: the CRC-32 of all before it. The
//! prefix lets secret scanners find leaks, the checksum lets us refuse a mistyped one without asking
//! the database, and 30 characters of base62 (178 bits) need no slow hash.
//!
//! **Invariants**
//! - A value has that form; there is no other way to make one.
//! - The text leaves only through [`Secret::expose`]. Only its SHA-256 is ever stored.

use std::fmt;
use std::str::FromStr;

use rand::RngExt;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use thiserror::Error;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LEN: usize = 30;
const CRC_LEN: usize = 6;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenType {
    /// Administers one project or, belonging to none, the server.
    Adm,
    /// Streams one environment to a server-side SDK.
    Sdk,
    /// Asks for results in one environment, from a browser or an app.
    Web,
    /// Reads a project's debt, in CI.
    Ci,
    /// Stands for a person.
    Usr,
}

impl TokenType {
    /// Every type.
    pub const ALL: &[Self] = &[Self::Adm, Self::Sdk, Self::Web, Self::Ci, Self::Usr];

    /// The name used in tokens and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Adm => "adm",
            Self::Sdk => "sdk",
            Self::Web => "web",
            Self::Ci => "ci",
            Self::Usr => "usr",
        }
    }

    /// Whether tokens of this type are bound to one environment.
    #[must_use]
    pub fn needs_environment(self) -> bool {
        matches!(self, Self::Sdk | Self::Web)
    }
}

impl fmt::Display for TokenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TokenType {
    type Err = InvalidSecret;
    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let known = Self::ALL.iter().copied().find(|kind| kind.as_str() == text);
        known.ok_or(InvalidSecret)
    }
}

/// A text that is not a token: it was cut off, mistyped or never one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a token: tnry_<type>_ and 36 letters and digits, the last 6 of which are a checksum")]
pub struct InvalidSecret;

/// The text of a token.
#[derive(Clone)]
pub struct Secret {
    text: SecretString,
    token_type: TokenType,
}

impl Secret {
    /// Makes a new secret from the operating system's randomness.
    #[must_use]
    pub fn generate(token_type: TokenType) -> Self {
        let mut text = format!("tnry_{token_type}_{}", random_base62(RANDOM_LEN));
        text.push_str(&crc(&text));
        Self {
            text: text.into(),
            token_type,
        }
    }

    /// Checks the form and the checksum of `text`.
    ///
    /// # Errors
    /// [`InvalidSecret`] if either is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidSecret> {
        let (prefix, random) = text.rsplit_once('_').ok_or(InvalidSecret)?;
        let token_type = prefix.strip_prefix("tnry_").ok_or(InvalidSecret)?.parse()?;
        let digits = |b: u8| b.is_ascii_alphanumeric();
        if random.len() != RANDOM_LEN + CRC_LEN || !random.bytes().all(digits) {
            return Err(InvalidSecret);
        }
        let (body, sum) = text.split_at(text.len() - CRC_LEN);
        if crc(body) != sum {
            return Err(InvalidSecret);
        }
        Ok(Self {
            text: text.to_owned().into(),
            token_type,
        })
    }

    /// What kind of token it is.
    #[must_use]
    pub fn token_type(&self) -> TokenType {
        self.token_type
    }

    /// The text. Show it once and keep it nowhere.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.expose()).to_vec()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret(tnry_{}_…)", self.token_type)
    }
}

impl FromStr for Secret {
    type Err = InvalidSecret;
    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        Self::parse(text)
    }
}

/// `len` characters of base62 from a cryptographically secure generator.
pub(crate) fn random_base62(len: usize) -> String {
    let mut rng = rand::rng();
    (0..len)
        .map(|_| char::from(BASE62[rng.random_range(0..BASE62.len())]))
        .collect()
}

/// The CRC-32/ISO-HDLC of `text` in 6 characters of base62, padded with zeros.
fn crc(text: &str) -> String {
    let mut rest = usize::try_from(crc32fast::hash(text.as_bytes())).expect("32 bits fit");
    let mut digits = [b'0'; CRC_LEN];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[rest % BASE62.len()];
        rest /= BASE62.len();
    }
    digits.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_generated_parses() {
        for token_type in TokenType::ALL {
            let secret = Secret::generate(*token_type);
            let parsed = Secret::parse(secret.expose()).expect("its own form");
            assert_eq!(
                (parsed.token_type(), parsed.hash()),
                (*token_type, secret.hash())
            );
        }
    }

    #[test]
    fn the_checksum_is_the_last_six_characters() {
        let body = "tnry_adm_000000000000000000000000000000";
        let whole = format!("{body}{}", crc(body));
        assert!(Secret::parse(&whole).is_ok());
        assert_eq!(
            crc("123456789"),
            "3jZRME",
            "the published check value 0xcbf43926"
        );
    }

    #[test]
    fn every_single_mistyped_character_is_refused() {
        let secret = Secret::generate(TokenType::Sdk);
        for position in 0..secret.expose().len() {
            let mut text = secret.expose().as_bytes().to_vec();
            text[position] = if text[position] == b'x' { b'y' } else { b'x' };
            let text = String::from_utf8(text).expect("ASCII");
            assert_eq!(
                Secret::parse(&text).err(),
                Some(InvalidSecret),
                "{position}"
            );
        }
    }

    #[test]
    fn other_forms_are_refused() {
        let good = Secret::generate(TokenType::Usr);
        let good = good.expose();
        for bad in [
            "",
            "tnry_",
            "tnry_usr_",
            &good[1..],
            &good[..good.len() - 1],
            &format!("{good}\n"),
        ] {
            assert!(Secret::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn debug_does_not_show_it() {
        let secret = Secret::generate(TokenType::Ci);
        assert_eq!(format!("{secret:?}"), "Secret(tnry_ci_…)");
    }
}
