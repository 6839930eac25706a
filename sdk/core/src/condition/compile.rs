//! The compiler of conditions: which operator takes what, and what its values must be.
//!
//! **Invariants**
//! - Every problem of a condition is reported, not just the first; a condition with a problem
//!   compiles to nothing.
//! - A part that the operator does not use is a problem: it was meant to say something.

use std::fmt::Write as _;
use std::net::IpAddr;

use ipnet::IpNet;
use regex::RegexBuilder;
use serde_json::Value;

use super::instant::Instant;
use super::text::Texts;
use super::version::Version;
use super::{Comparison, Literals, Operator, Subject, Test};
use crate::compile::{Findings, Path};
use crate::limits::{
    MAX_ATTRIBUTE_NAME_BYTES, MAX_FLAG_VALUES, MAX_PATTERN_COMPILED_BYTES, MAX_PATTERNS,
    MAX_VALUE_BYTES, MAX_VALUES,
};
use crate::model::{self, SegmentKey};

/// The operators, in the order of the table in `SPEC.md`.
const OPERATORS: [&str; 23] = [
    "in_segment",
    "not_in_segment",
    "in",
    "not_in",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "number_eq",
    "number_gt",
    "number_gte",
    "number_lt",
    "number_lte",
    "semver_eq",
    "semver_gt",
    "semver_gte",
    "semver_lt",
    "semver_lte",
    "date_before",
    "date_after",
    "in_cidr",
    "exists",
    "does_not_exist",
];

/// What the conditions of one flag have in common.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// The segments they ask, each once; a condition names one by its index.
    pub(crate) segments: Vec<SegmentKey>,
    /// Values so far.
    values: usize,
    /// Regular expressions so far.
    patterns: usize,
}

/// Compiles a condition; `None` if a problem was found.
pub(crate) fn compile(
    condition: &model::Condition,
    path: Path<'_>,
    parts: &mut Parts,
    findings: &mut Findings,
) -> Option<super::Condition> {
    let name = condition.operator.as_str();
    let subject = match name {
        "in_segment" | "not_in_segment" => {
            segment(condition, path, parts, findings).map(|index| Subject::Segment {
                index,
                inside: name == "in_segment",
            })
        }
        _ => attribute(condition, path, parts, findings),
    }?;
    Some(super::Condition {
        subject,
        label: label(condition).into(),
    })
}

fn segment(
    condition: &model::Condition,
    path: Path<'_>,
    parts: &mut Parts,
    findings: &mut Findings,
) -> Option<usize> {
    let operator = &condition.operator;
    if condition.attribute.is_some() {
        findings.push(
            path.field("attribute"),
            format!("{operator} asks a segment, no attribute"),
        );
    }
    refuse_values(condition, path, findings);
    refuse_ignore_case(condition, path, findings);
    let Some(segment) = &condition.segment else {
        findings.push(path.field("segment"), format!("{operator} needs a segment"));
        return None;
    };
    match SegmentKey::new(segment.as_str()) {
        Ok(key) => Some(
            parts
                .segments
                .iter()
                .position(|known| *known == key)
                .unwrap_or_else(|| {
                    parts.segments.push(key);
                    parts.segments.len() - 1
                }),
        ),
        Err(error) => {
            findings.push(path.field("segment"), error.to_string());
            None
        }
    }
}

fn attribute(
    condition: &model::Condition,
    path: Path<'_>,
    parts: &mut Parts,
    findings: &mut Findings,
) -> Option<Subject> {
    let test = test(condition, path, parts, findings);
    if condition.segment.is_some() {
        let message = "a segment is asked by in_segment and not_in_segment only";
        findings.push(path.field("segment"), message);
    }
    let name = condition.attribute.as_deref().unwrap_or_default();
    if !(1..=MAX_ATTRIBUTE_NAME_BYTES).contains(&name.len()) {
        let message = format!("an attribute's name must be 1 to {MAX_ATTRIBUTE_NAME_BYTES} bytes");
        findings.push(path.field("attribute"), message);
    }
    Some(Subject::Attribute {
        name: name.into(),
        test: test?,
    })
}

/// The table of operators that ask an attribute.
fn test(
    condition: &model::Condition,
    path: Path<'_>,
    parts: &mut Parts,
    findings: &mut Findings,
) -> Option<Test> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};

    parts.values += condition.values.len();
    if parts.values > MAX_FLAG_VALUES {
        let message = format!("the conditions of a flag have at most {MAX_FLAG_VALUES} values");
        findings.push(path.field("values"), message);
        return None;
    }
    let mut values = Values {
        condition,
        path,
        findings,
    };
    let operator = match condition.operator.as_str() {
        name @ ("exists" | "does_not_exist") => {
            values.refuse();
            return Some(Test::Presence {
                wanted: name == "exists",
            });
        }
        "not_in" => return values.literals().map(Operator::Equal).map(Test::None),
        "in" => values.literals().map(Operator::Equal),
        "contains" => values.texts().map(Operator::Contains),
        "starts_with" => values.texts().map(Operator::StartsWith),
        "ends_with" => values.texts().map(Operator::EndsWith),
        "matches" => values.patterns(parts).map(Operator::Matches),
        "number_eq" => values.numbers(Equal),
        "number_gt" => values.numbers(Greater),
        "number_gte" => values.numbers(GreaterOrEqual),
        "number_lt" => values.numbers(Less),
        "number_lte" => values.numbers(LessOrEqual),
        "semver_eq" => values.versions(Equal),
        "semver_gt" => values.versions(Greater),
        "semver_gte" => values.versions(GreaterOrEqual),
        "semver_lt" => values.versions(Less),
        "semver_lte" => values.versions(LessOrEqual),
        "date_before" => values.instants().map(Operator::Before),
        "date_after" => values.instants().map(Operator::After),
        "in_cidr" => values.networks().map(Operator::Within),
        other => {
            let known = OPERATORS.join(", ");
            let message = if other.is_empty() {
                format!("an operator is missing; there are {known}")
            } else {
                let shown = shorten(other);
                format!("there is no operator \"{shown}\"; there are {known}")
            };
            findings.push(path.field("operator"), message);
            None
        }
    };
    operator.map(Test::Any)
}

/// The values of a condition, to be read as its operator wants them.
struct Values<'v, 'p> {
    condition: &'v model::Condition,
    path: Path<'p>,
    findings: &'v mut Findings,
}

impl<'v> Values<'v, '_> {
    /// For operators that need no values.
    fn refuse(&mut self) {
        refuse_values(self.condition, self.path, self.findings);
        refuse_ignore_case(self.condition, self.path, self.findings);
    }

    fn literals(&mut self) -> Option<Literals> {
        let values = self.each("a text, a number or a truth value", |value| match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Some(value),
            _ => None,
        })?;
        let texts = values.iter().filter_map(|value| value.as_str());
        Some(Literals {
            texts: Texts::new(texts, self.condition.ignore_case),
            numbers: values.iter().filter_map(|value| value.as_f64()).collect(),
            falsehood: values.iter().any(|value| value.as_bool() == Some(false)),
            truth: values.iter().any(|value| value.as_bool() == Some(true)),
        })
    }

    fn texts(&mut self) -> Option<Texts> {
        let values = self.each("a text", Value::as_str)?;
        Some(Texts::new(values.into_iter(), self.condition.ignore_case))
    }

    fn numbers(&mut self, comparison: Comparison) -> Option<Operator> {
        let values = self.each_cased("a number", Value::as_f64)?;
        Some(Operator::Number(comparison, values.into()))
    }

    fn versions(&mut self, comparison: Comparison) -> Option<Operator> {
        let expected = "a version such as \"1.4.0\" or \"2.0.0-rc.1\"";
        let values = self.each_cased(expected, |value| Version::parse(value.as_str()?))?;
        let values = values.iter().map(Version::to_owned).collect();
        Some(Operator::Version(comparison, values))
    }

    fn instants(&mut self) -> Option<Box<[Instant]>> {
        let expected = "a date such as \"2026-11-22\" or a time such as \"2026-11-22T08:00:00Z\"";
        self.each_cased(expected, |value| Instant::parse(value.as_str()?))
            .map(Into::into)
    }

    fn networks(&mut self) -> Option<Box<[IpNet]>> {
        let expected = "an address such as \"10.0.0.1\" or a network such as \"10.0.0.0/8\"";
        let network = |value: &Value| {
            let text = value.as_str()?;
            text.parse()
                .ok()
                .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
        };
        self.each_cased(expected, network).map(Into::into)
    }

    fn patterns(&mut self, parts: &mut Parts) -> Option<Box<[regex::Regex]>> {
        let values = self.each("a regular expression", Value::as_str)?;
        parts.patterns += values.len();
        if parts.patterns > MAX_PATTERNS {
            let message = format!("a flag has at most {MAX_PATTERNS} regular expressions");
            self.findings.push(self.path.field("values"), message);
            return None;
        }
        let mut patterns = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            let built = RegexBuilder::new(value)
                .case_insensitive(self.condition.ignore_case)
                .size_limit(MAX_PATTERN_COMPILED_BYTES)
                .dfa_size_limit(MAX_PATTERN_COMPILED_BYTES)
                .build();
            match built {
                Ok(pattern) => patterns.push(pattern),
                Err(error) => {
                    let path = self.path.field("values");
                    self.findings
                        .push(path.index(index), pattern_problem(&error));
                }
            }
        }
        (patterns.len() == values.len()).then(|| patterns.into())
    }

    /// Reads values of an operator that has no use for `ignore_case`.
    fn each_cased<T>(
        &mut self,
        expected: &str,
        read: impl Fn(&'v Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        refuse_ignore_case(self.condition, self.path, self.findings);
        self.each(expected, read)
    }

    /// Reads every value; `None` if one cannot be read, or if there are none or too many.
    fn each<T>(&mut self, expected: &str, read: impl Fn(&'v Value) -> Option<T>) -> Option<Vec<T>> {
        let path = self.path.field("values");
        let values = &self.condition.values;
        if !(1..=MAX_VALUES).contains(&values.len()) {
            let operator = &self.condition.operator;
            self.findings
                .push(path, format!("{operator} needs 1 to {MAX_VALUES} values"));
            return None;
        }
        let mut read_values = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            if value
                .as_str()
                .is_some_and(|text| text.len() > MAX_VALUE_BYTES)
            {
                let message = format!("a text must be at most {MAX_VALUE_BYTES} bytes");
                self.findings.push(path.index(index), message);
            } else if let Some(value) = read(value) {
                read_values.push(value);
            } else {
                self.findings
                    .push(path.index(index), format!("must be {expected}"));
            }
        }
        (read_values.len() == values.len()).then_some(read_values)
    }
}

fn refuse_values(condition: &model::Condition, path: Path<'_>, findings: &mut Findings) {
    if !condition.values.is_empty() {
        findings.push(
            path.field("values"),
            format!("{} takes no values", condition.operator),
        );
    }
}

fn refuse_ignore_case(condition: &model::Condition, path: Path<'_>, findings: &mut Findings) {
    if condition.ignore_case {
        let message = format!("{} has no use for ignore_case", condition.operator);
        findings.push(path.field("ignore_case"), message);
    }
}

fn pattern_problem(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => {
            format!("the regular expression exceeds {MAX_PATTERN_COMPILED_BYTES} bytes compiled")
        }
        // The crate's message draws a picture over several lines; its last one says what is wrong.
        error => {
            let text = error.to_string();
            let last = text
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            format!("not a regular expression: {last}")
        }
    }
}

/// The condition in words, its values cut short.
fn label(condition: &model::Condition) -> String {
    const SHOWN: usize = 3;
    let subject = condition.attribute.as_deref().unwrap_or("tenant");
    let mut label = format!("{} {}", shorten(subject), words(&condition.operator));
    if let Some(segment) = &condition.segment {
        let _ = write!(label, " {segment}");
    }
    for (index, value) in condition.values.iter().take(SHOWN).enumerate() {
        let value = value.to_string();
        let _ = write!(
            label,
            "{}{}",
            if index == 0 { " " } else { ", " },
            shorten(&value)
        );
    }
    if condition.values.len() > SHOWN {
        let _ = write!(label, " or {} more", condition.values.len() - SHOWN);
    }
    if condition.ignore_case {
        label.push_str(", ignoring case");
    }
    label
}

/// An operator as it is read out.
fn words(operator: &str) -> String {
    match operator.rsplit('_').next() {
        Some("eq") => "=".into(),
        Some("gt") => ">".into(),
        Some("gte") => "≥".into(),
        Some("lt") => "<".into(),
        Some("lte") => "≤".into(),
        Some("before") => "before".into(),
        Some("after") => "after".into(),
        Some("cidr") => "in".into(),
        _ => operator.replace('_', " "),
    }
}

/// A text that may come from anywhere, cut to a length that a sentence bears.
fn shorten(text: &str) -> std::borrow::Cow<'_, str> {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}
