//! The file of an import, read as it comes in.
//!
//! **Invariants**
//! - What is held of the file is the part of a line that has come, and the lines before it, parsed.
//! - Every wrong line is reported, up to a bound, and the rest is counted.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use futures_util::StreamExt as _;
use tenantry_core::limits::MAX_PROBLEMS;
use tenantry_core::model::{Problem, Problems, TenantKey};
use tenantry_store::{TenantLine, TenantPatch, check_key};

use super::csv::Csv;
use super::ndjson::Ndjson;
use crate::api::error::{ApiError, Code};
use crate::api::state::AppState;

/// The lines of an import, all of them good by themselves.
#[derive(Debug)]
pub(crate) struct TenantFile(pub(super) Vec<TenantLine>);

impl FromRequest<AppState> for TenantFile {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let mut format = Format::of(request.headers())?;
        let limit = state.settings.limits.max_import_body_bytes;
        let mut lines = Lines::default();
        let mut size = 0;
        let mut body = request.into_body().into_data_stream();
        while let Some(chunk) = body.next().await {
            let chunk: Bytes = chunk.map_err(|_| {
                ApiError::new(Code::InvalidJson, "the body ended before it was complete")
            })?;
            size += chunk.len();
            if size > limit {
                let detail = format!("an import must be at most {limit} bytes");
                return Err(ApiError::new(Code::BodyTooLarge, detail));
            }
            format.read(&chunk, &mut lines);
        }
        format.end(&mut lines);
        lines.into_file()
    }
}

/// How the file is written.
enum Format {
    Ndjson(Ndjson),
    Csv(Box<Csv>),
}

impl Format {
    fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let media_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let essence = media_type.split(';').next().unwrap_or("").trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/x-ndjson" | "application/jsonl" => Ok(Self::Ndjson(Ndjson::default())),
            "text/csv" => Ok(Self::Csv(Box::default())),
            _ => Err(ApiError::new(
                Code::UnsupportedMediaType,
                "send the file as application/x-ndjson or text/csv",
            )),
        }
    }

    /// Reads the next piece of the file.
    fn read(&mut self, piece: &[u8], lines: &mut Lines) {
        match self {
            Self::Ndjson(ndjson) => ndjson.read(piece, lines),
            Self::Csv(csv) => csv.read(piece, lines),
        }
    }

    /// Reads what the file ends with.
    fn end(&mut self, lines: &mut Lines) {
        match self {
            Self::Ndjson(ndjson) => ndjson.end(lines),
            Self::Csv(csv) => csv.end(lines),
        }
    }
}

/// The lines so far, and what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    good: Vec<TenantLine>,
    /// The line that each key was on.
    seen: HashMap<TenantKey, u64>,
    problems: Problems,
    /// Problems beyond those that are kept.
    more: usize,
}

impl Lines {
    /// Adds a line that has the form of one.
    pub(super) fn add(&mut self, number: u64, key: String, patch: TenantPatch) {
        let mut problems = Problems::default();
        patch.check("", &mut problems);
        match TenantKey::new(key) {
            Ok(key) => {
                check_key(&key, "key", &mut problems);
                if let Some(first) = self.seen.get(&key) {
                    problems.push("key", format!("is on line {first} already"));
                } else {
                    self.seen.insert(key.clone(), number);
                }
                if problems.0.is_empty() && self.problems.0.is_empty() {
                    self.good.push(TenantLine { number, key, patch });
                }
            }
            Err(error) => problems.push("key", error.to_string()),
        }
        self.refuse(number, problems);
    }

    /// Notes what is wrong with a line.
    pub(super) fn refuse(&mut self, number: u64, problems: Problems) {
        for Problem { path, message } in problems.0 {
            if self.problems.0.len() == MAX_PROBLEMS {
                self.more += 1;
                continue;
            }
            let path = match path.as_str() {
                "" => format!("lines[{number}]"),
                path => format!("lines[{number}].{path}"),
            };
            self.problems.push(path, message);
        }
    }

    fn into_file(mut self) -> Result<TenantFile, ApiError> {
        if self.more > 0 {
            let message = format!("{} further problems are not listed", self.more);
            self.problems.push("", message);
        }
        if self.problems.0.is_empty() {
            Ok(TenantFile(self.good))
        } else {
            Err(ApiError::invalid_body(self.problems))
        }
    }
}

/// Reads a whole file in pieces of `step` bytes: the paths and messages of what is wrong, or the
/// lines.
#[cfg(test)]
pub(super) fn read_in_steps(
    media_type: &'static str,
    text: &[u8],
    step: usize,
) -> Result<Vec<TenantLine>, Vec<String>> {
    let media_type = axum::http::HeaderValue::from_static(media_type);
    let mut format =
        Format::of(&HeaderMap::from_iter([(CONTENT_TYPE, media_type)])).expect("known");
    let mut lines = Lines::default();
    for piece in text.chunks(step) {
        format.read(piece, &mut lines);
    }
    format.end(&mut lines);
    match lines.into_file() {
        Ok(file) => Ok(file.0),
        Err(error) => Err(error.problems().iter().map(ToString::to_string).collect()),
    }
}
