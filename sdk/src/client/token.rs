//! The token: a secret that must not get into a log by accident.

use std::fmt;

/// A secret. Its debug form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(Box<str>);

impl Token {
    /// A token that can travel in a header: visible ASCII. White space around it, as at the end of
    /// a file, is dropped.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        visible.then(|| Self(text.into()))
    }

    /// The secret itself.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
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
    fn a_token_fits_into_a_header_and_shows_itself_to_nobody() {
        let token = Token::new(" tnry_sdk_secret\n").expect("a token");
        assert_eq!(token.reveal(), "tnry_sdk_secret");
        assert!(!format!("{token:?}").contains("secret"));
        for bad in ["", " \n", "two words", "a\r\nX-Header: b", "schlüssel"] {
            assert_eq!(Token::new(bad), None, "{bad:?}");
        }
    }
}
