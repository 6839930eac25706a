//! Conditions: the tests of a rule, compiled.
//!
//! Separate from the walk over a flag because this is what grows: an operator lives in this folder
//! alone (the crate's documentation has the recipe).
//!
//! **Invariants**
//! - All that can be read ahead was read by `compile`; asking parses at most the attribute.
//! - Asking allocates nothing, `matches` excepted.
//! - An attribute of another type than the operator's meets nothing; nothing is coerced.

mod compile;
mod instant;
mod text;
mod version;

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use regex::Regex;

use self::instant::Instant;
use self::text::Texts;
use self::version::Version;
use crate::context::{AttributeValue, Attributes};

pub(crate) use compile::{Parts, compile};

/// A compiled condition.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    subject: Subject,
    /// The condition in words, for explanations, such as `plan in "enterprise"`.
    pub(crate) label: Box<str>,
}

/// What a condition asks.
#[derive(Debug, Clone)]
enum Subject {
    /// Whether the tenant is in the flag's segment of that index.
    Segment { index: usize, inside: bool },
    /// Whether an attribute passes a test.
    Attribute { name: Box<str>, test: Test },
}

/// What is asked of an attribute.
#[derive(Debug, Clone)]
enum Test {
    /// Whether it was passed at all.
    Presence { wanted: bool },
    /// Whether it, or one element of it, satisfies the operator.
    Any(Operator),
    /// Whether neither it nor any element of it satisfies the operator; a missing one passes.
    None(Operator),
}

/// An operator with its values, asked of one text, number or truth value.
#[derive(Debug, Clone)]
enum Operator {
    Equal(Literals),
    Contains(Texts),
    StartsWith(Texts),
    EndsWith(Texts),
    Number(Comparison, Box<[f64]>),
    Version(Comparison, Box<[Version]>),
    Before(Box<[Instant]>),
    After(Box<[Instant]>),
    Matches(Box<[Regex]>),
    Within(Box<[IpNet]>),
}

/// The values of `in` and `not_in`, by type.
#[derive(Debug, Clone)]
struct Literals {
    texts: Texts,
    numbers: Box<[f64]>,
    falsehood: bool,
    truth: bool,
}

/// Which order of attribute and value satisfies a comparison.
#[derive(Debug, Clone, Copy)]
enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Condition {
    /// Whether the condition holds; `in_segment` says whether the tenant is in the flag's segment
    /// of an index.
    pub(crate) fn holds(
        &self,
        attributes: &Attributes,
        in_segment: impl FnOnce(usize) -> bool,
    ) -> bool {
        match &self.subject {
            Subject::Segment { index, inside } => in_segment(*index) == *inside,
            Subject::Attribute { name, test } => test.passes(attributes.get(name)),
        }
    }

    /// What the attribute was, for explanations: a part of a sentence, empty for segments.
    pub(crate) fn finding(&self, attributes: &Attributes) -> String {
        match &self.subject {
            Subject::Segment { .. } => String::new(),
            Subject::Attribute { name, .. } => match attributes.get(name) {
                Some(value) => format!("; the attribute is {value}"),
                None => "; the attribute was not passed".to_owned(),
            },
        }
    }
}

impl Test {
    fn passes(&self, attribute: Option<&AttributeValue>) -> bool {
        match self {
            Self::Presence { wanted } => attribute.is_some() == *wanted,
            Self::Any(operator) => attribute.is_some_and(|value| operator.met_by_any(value)),
            Self::None(operator) => !attribute.is_some_and(|value| operator.met_by_any(value)),
        }
    }
}

impl Operator {
    /// Whether the attribute, or one element of it if it is a list, satisfies the operator.
    fn met_by_any(&self, attribute: &AttributeValue) -> bool {
        match attribute {
            AttributeValue::List(list) => list.iter().any(|element| self.met_by(element)),
            single => self.met_by(single),
        }
    }

    fn met_by(&self, attribute: &AttributeValue) -> bool {
        match (self, attribute) {
            (Self::Equal(literals), attribute) => literals.contain(attribute),
            (Self::Number(comparison, values), AttributeValue::Number(number)) => {
                values.iter().any(|value| {
                    number
                        .partial_cmp(value)
                        .is_some_and(|order| comparison.holds(order))
                })
            }
            (operator, AttributeValue::String(text)) => operator.met_by_text(text),
            _ => false,
        }
    }

    fn met_by_text(&self, text: &str) -> bool {
        match self {
            Self::Contains(texts) => texts.within(text),
            Self::StartsWith(texts) => texts.start(text),
            Self::EndsWith(texts) => texts.end(text),
            Self::Version(comparison, values) => Version::parse(text).is_some_and(|version| {
                values
                    .iter()
                    .any(|value| comparison.holds(version.precedence(value)))
            }),
            Self::Before(values) => {
                Instant::parse(text).is_some_and(|instant| values.iter().any(|v| instant < *v))
            }
            Self::After(values) => {
                Instant::parse(text).is_some_and(|instant| values.iter().any(|v| instant > *v))
            }
            Self::Matches(patterns) => patterns.iter().any(|pattern| pattern.is_match(text)),
            Self::Within(networks) => text.parse().is_ok_and(|address: IpAddr| {
                // An IPv4 address may come in its IPv6 clothes, `::ffff:10.0.0.1`.
                let plain = address.to_canonical();
                networks
                    .iter()
                    .any(|net| net.contains(&address) || net.contains(&plain))
            }),
            Self::Equal(_) | Self::Number(..) => false,
        }
    }
}

impl Literals {
    fn contain(&self, attribute: &AttributeValue) -> bool {
        match attribute {
            AttributeValue::String(text) => self.texts.equal(text),
            #[expect(clippy::float_cmp, reason = "equal by value is what `in` means")]
            AttributeValue::Number(number) => self.numbers.iter().any(|value| value == number),
            AttributeValue::Bool(truth) => {
                if *truth {
                    self.truth
                } else {
                    self.falsehood
                }
            }
            AttributeValue::List(_) => false,
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        }
    }
}
