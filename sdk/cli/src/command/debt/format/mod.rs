//! How a judgement is written down: a file for each format.
//!
//! **Invariants**
//! - Pure: text in, text out, nothing of the clock.
//! - Every format says the same: the findings in one order, and the verdict.

mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod rules;
mod sarif;
mod text;

use std::collections::BTreeMap;

use clap::ValueEnum;

use super::finding::Finding;
use super::judgement::Judgement;
use crate::arguments::Output;
use crate::failure::Failure;

/// By what findings are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum By {
    /// Who is to clean up
    Owner,
    /// The flags' tags; a flag with several is shown with each
    Tag,
}

/// The judgement in this format, without a line break at its end. Text may be styled.
pub(super) fn write(
    format: Output,
    judgement: &Judgement,
    by: Option<By>,
) -> Result<String, Failure> {
    Ok(match format {
        Output::Text => text::write(judgement, by),
        Output::Json => pretty(&json::document(judgement, by))?,
        Output::Markdown => markdown::write(judgement, by),
        Output::Sarif => pretty(&sarif::document(judgement))?,
        Output::Junit => junit::write(judgement)?,
        Output::Github => github::write(judgement),
        Output::Gitlab => pretty(&gitlab::document(judgement))?,
    })
}

fn pretty(document: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(document).map_err(|error| Failure::Output(error.into()))
}

/// Findings that have something in common.
struct Group<'a> {
    name: Name<'a>,
    findings: Vec<&'a Finding>,
}

/// What findings have in common. In this order they are shown, but for the debt of the named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name<'a> {
    /// An owner or a tag.
    Named(&'a str),
    /// That they have none.
    None,
    /// That they are no flags, only keys that somebody asks for: nobody can own or tag those.
    NoFlag,
}

impl Name<'_> {
    /// The owner or tag, if there is one.
    fn named(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::None | Self::NoFlag => None,
        }
    }
}

impl Group<'_> {
    /// The sum of the findings' debt.
    fn debt(&self) -> u64 {
        self.findings.iter().map(|finding| finding.flag.debt).sum()
    }
}

/// The findings by owner or tag: the deepest in debt first, then those without, and what is no flag
/// last.
fn groups(findings: &[Finding], by: By) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<Name<'_>, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let flag = &finding.flag;
        let own: Vec<&str> = match by {
            By::Owner => flag.owner.as_deref().into_iter().collect(),
            By::Tag => flag.tags.iter().map(String::as_str).collect(),
        };
        let names = if finding.is_no_flag() {
            vec![Name::NoFlag]
        } else if own.is_empty() {
            vec![Name::None]
        } else {
            own.into_iter().map(Name::Named).collect()
        };
        for name in names {
            groups.entry(name).or_default().push(finding);
        }
    }
    let groups = groups.into_iter();
    let mut groups: Vec<Group<'_>> = groups
        .map(|(name, findings)| Group { name, findings })
        .collect();
    groups.sort_by_key(|group| match group.name {
        Name::Named(_) => (0, std::cmp::Reverse(group.debt())),
        Name::None => (1, std::cmp::Reverse(0)),
        Name::NoFlag => (2, std::cmp::Reverse(0)),
    });
    groups
}

#[cfg(test)]
mod schemas;
#[cfg(test)]
mod tests;
