//! A refusal: the server's `application/problem+json`, or what else it said instead of yes.
//!
//! **Invariants**
//! - Every non-success answer becomes a refusal with a sentence, whatever its body holds.

use std::fmt;

use reqwest::StatusCode;
use serde::Deserialize;
use tenantry_core::model::Problem;

/// Why the server did not do what it was asked.
#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    #[serde(skip)]
    status: StatusCode,
    /// What was asked for: the path below `/api/v1/`.
    #[serde(skip)]
    target: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    request_id: String,
    /// What is wrong with the document that was sent, by path.
    #[serde(default)]
    pub(crate) problems: Vec<Problem>,
}

impl Refusal {
    /// Reads the body of an answer with `status` to a request for `target`.
    pub(crate) fn read(status: StatusCode, target: &str, body: &[u8]) -> Self {
        let refusal = serde_json::from_slice(body).unwrap_or_else(|_not_ours| Self {
            status,
            target: String::new(),
            title: String::new(),
            detail: String::new(),
            code: String::new(),
            request_id: String::new(),
            problems: Vec::new(),
        });
        Self {
            status,
            target: target.to_owned(),
            ..refusal
        }
    }

    /// Whether the same request may succeed in a while, with nothing changed here.
    pub(crate) fn is_passing(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    /// Whether there is no such thing.
    pub(crate) fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// Whether it is archived.
    pub(crate) fn is_archived(&self) -> bool {
        self.code == "flag_archived"
    }

    /// What the person can do about it, where the status tells.
    pub(crate) fn way_out(&self) -> Option<&'static str> {
        Some(match self.status {
            StatusCode::UNAUTHORIZED => {
                "check TENANTRY_TOKEN: it may be mistyped, expired or revoked"
            }
            StatusCode::FORBIDDEN => {
                "use an administrator's token; tenantry tokens list shows which kinds there are"
            }
            StatusCode::CONFLICT if self.code == "demotes" => "add --demote if it is",
            StatusCode::NOT_FOUND if self.target.contains("/tokens/") => {
                "tenantry tokens list --all shows the ids of the project's tokens"
            }
            StatusCode::CONFLICT if self.code == "already_exists" => {
                "choose another key, or bring an archived flag back with tenantry flags restore"
            }
            StatusCode::NOT_FOUND if self.detail.ends_with("such plan") => {
                "make one with tenantry plan set FLAG --template NAME"
            }
            StatusCode::NOT_FOUND => {
                "check the key, --project and --environment, and what the token may see"
            }
            StatusCode::PRECONDITION_FAILED => {
                "somebody changed it meanwhile; look at it and try again"
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                "try again in a moment"
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.status == StatusCode::UNAUTHORIZED {
            // The server speaks of headers, which are this program's business.
            return f.write_str("the server does not accept this token");
        }
        let said = [&self.detail, &self.title]
            .into_iter()
            .find(|text| !text.is_empty());
        match said {
            Some(text) => f.write_str(text.trim_end_matches('.'))?,
            None => write!(f, "the server answered {}", self.status)?,
        }
        if !self.code.is_empty() {
            write!(f, " [{}]", self.code)?;
        }
        if self.status == StatusCode::NOT_FOUND {
            write!(f, ": {}", self.target)?;
        }
        if self.status.is_server_error() && !self.request_id.is_empty() {
            write!(f, " (request {})", self.request_id)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn the_server_s_words_come_first() {
        let body = br#"{"type":"about:blank","title":"Not found","status":404,"code":"not_found","detail":"there is no such flag","request_id":"r1"}"#;
        assert_snapshot!(
            Refusal::read(StatusCode::NOT_FOUND, "projects/default/flags/new-biling", body),
            @"there is no such flag [not_found]: projects/default/flags/new-biling"
        );
    }

    #[test]
    fn a_server_s_fault_names_the_request() {
        let body = br#"{"title":"Internal error","code":"internal","request_id":"0198-ab"}"#;
        assert_snapshot!(Refusal::read(StatusCode::INTERNAL_SERVER_ERROR, "session", body), @"Internal error [internal] (request 0198-ab)");
    }

    #[test]
    fn what_is_no_problem_document_still_gets_a_sentence() {
        assert_snapshot!(Refusal::read(StatusCode::BAD_GATEWAY, "session", b"<html>"), @"the server answered 502 Bad Gateway");
    }
}
