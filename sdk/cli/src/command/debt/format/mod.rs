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
    /// What: an owner or a tag; none for those that have none.
    name: Option<&'a str>,
    findings: Vec<&'a Finding>,
}

impl Group<'_> {
    /// The sum of the findings' debt.
    fn debt(&self) -> u64 {
        self.findings.iter().map(|finding| finding.flag.debt).sum()
    }
}

/// The findings by owner or tag: the deepest in debt first, those without last.
fn groups(findings: &[Finding], by: By) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<Option<&str>, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let flag = &finding.flag;
        let names: Vec<Option<&str>> = match by {
            By::Owner => vec![flag.owner.as_deref()],
            By::Tag if flag.tags.is_empty() => vec![None],
            By::Tag => flag.tags.iter().map(|tag| Some(tag.as_str())).collect(),
        };
        for name in names {
            groups.entry(name).or_default().push(finding);
        }
    }
    let groups = groups.into_iter();
    let mut groups: Vec<Group<'_>> = groups
        .map(|(name, findings)| Group { name, findings })
        .collect();
    groups.sort_by_key(|group| (group.name.is_none(), std::cmp::Reverse(group.debt())));
    groups
}

#[cfg(test)]
mod schemas;
#[cfg(test)]
mod tests;
