//! The token: found once, shown to the server, to nobody else.
//!
//! **Invariants**
//! - `Debug` does not show it; it leaves the type only as a header marked sensitive.

use std::fmt;

use reqwest::header::HeaderValue;

use crate::arguments::Global;
use crate::failure::Failure;

/// The variable that holds the token.
const VARIABLE: &str = "TENANTRY_TOKEN";

/// A token, as the header that shows it to the server.
pub(crate) struct Token(HeaderValue);

impl Token {
    /// The token of `--token-file` if there is one, else of the variable `TENANTRY_TOKEN`.
    pub(crate) fn find(global: &Global) -> Result<Self, Failure> {
        if let Some(path) = &global.token_file {
            let text = std::fs::read_to_string(path).map_err(|source| Failure::TokenFile {
                path: path.clone(),
                source,
            })?;
            return Self::parse(&text, "the file");
        }
        match std::env::var(VARIABLE) {
            Ok(text) if !text.trim().is_empty() => Self::parse(&text, VARIABLE),
            _ => Err(Failure::NoToken),
        }
    }

    fn parse(text: &str, origin: &'static str) -> Result<Self, Failure> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::MalformedToken(origin));
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {text}"))
            .map_err(|_unprintable| Failure::MalformedToken(origin))?;
        header.set_sensitive(true);
        Ok(Self(header))
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_final_line_break_is_no_part_of_it() {
        let token = Token::parse("tnry_ci_abc\n", "the file").expect("a token");
        assert_eq!(token.header(), "Bearer tnry_ci_abc");
        assert!(token.header().is_sensitive());
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn nonsense_is_refused_without_being_repeated() {
        for text in ["", "  ", "two words", "a\nb", "tök"] {
            let failure = Token::parse(text, "the file").expect_err(text);
            assert_eq!(
                failure.to_string(),
                "the file holds characters that no token has"
            );
        }
    }
}
