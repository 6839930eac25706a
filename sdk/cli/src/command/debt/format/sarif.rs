//! SARIF 2.1.0, which code scanning reads: a result at every place that asks for a flag in debt.
//!
//! A flag that no code here asks for is a result at `tenantry.toml`, or without that at the
//! repository's root. Each has the flag as its logical location.
//!
//! **Invariants**
//! - It is valid by the format's schema.
//! - Results are known again by flag, file and number in the file: see `Finding::fingerprint`.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif::{
    self, ArtifactLocation, Location, LogicalLocation, Message, MultiformatMessageString,
    PhysicalLocation, PropertyBag, Region, ReportingConfiguration, ReportingDescriptor,
    ResultLevel, Run, RunAutomationDetails, Sarif, ToolComponent,
};
use url::Url;

use super::rules::{self, Rule};
use crate::command::debt::finding::{Finding, Level, Place};
use crate::command::debt::judgement::Judgement;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What addresses of files are relative to: the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// The name of the fingerprints. Another way of making them would need another name.
const FINGERPRINT: &str = "tenantryFlag/v1";

/// The judgement as one run.
pub(super) fn document(judgement: &Judgement) -> Sarif {
    let driver = ToolComponent::builder()
        .name("tenantry debt")
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .information_uri(env!("CARGO_PKG_REPOSITORY"))
        .rules(rules::ALL.iter().map(rule).collect::<Vec<_>>())
        .build();
    let mut results = Vec::new();
    for finding in &judgement.findings {
        if finding.places.is_empty() {
            results.push(result(judgement, finding, None));
        }
        let places = 0..finding.places.len();
        results.extend(places.map(|index| result(judgement, finding, Some(index))));
    }
    let root = "The root of the repository.";
    let root = ArtifactLocation::builder()
        .description(Message::from(root))
        .build();
    let run = Run::builder()
        .tool(driver)
        .automation_details(
            RunAutomationDetails::builder()
                .id(format!("tenantry-debt/{}/", judgement.project()))
                .build(),
        )
        .column_kind(json!("unicodeCodePoints"))
        .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), root)]))
        .results(results)
        .build();
    Sarif::builder()
        .schema(SCHEMA)
        .version(json!("2.1.0"))
        .runs(vec![run])
        .build()
}

fn rule(rule: &Rule) -> ReportingDescriptor {
    let plain = rule.help.replace('`', "");
    ReportingDescriptor::builder()
        .id(rule.id)
        .name(rule.title.split(' ').map(capitalised).collect::<String>())
        .short_description(text(rule.title))
        .full_description(text(rule.what))
        .help(
            MultiformatMessageString::builder()
                .text(format!("{} {plain}", rule.what))
                .markdown(format!("{} {}", rule.what, rule.help))
                .build(),
        )
        .help_uri(env!("CARGO_PKG_REPOSITORY"))
        .default_configuration(
            ReportingConfiguration::builder()
                .level(json!("warning"))
                .build(),
        )
        .properties(
            PropertyBag::builder()
                .tags(vec![
                    "feature-flags".to_owned(),
                    "maintainability".to_owned(),
                ])
                .additional_properties(BTreeMap::new())
                .build(),
        )
        .build()
}

fn result(judgement: &Judgement, finding: &Finding, index: Option<usize>) -> sarif::Result {
    let place = index.map(|index| &finding.places[index]);
    let rule = rules::of(finding.worst);
    let number = rules::ALL.iter().position(|other| other.id == rule.id);
    let level = match finding.level_at(place) {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
        Level::Note => ResultLevel::Note,
    };
    let fingerprint = finding.fingerprint(judgement.project(), index);
    let mut result = sarif::Result::builder()
        .rule_id(rule.id)
        .rule_index(
            number
                .and_then(|number| i64::try_from(number).ok())
                .unwrap_or(-1),
        )
        .level(level)
        .message(Message::from(&finding.message()))
        .locations(vec![location(judgement, finding, place)])
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), fingerprint)]))
        .build();
    let added = place.and_then(|place| place.added);
    result.baseline_state = added.map(|added| json!(if added { "new" } else { "unchanged" }));
    result
}

fn location(judgement: &Judgement, finding: &Finding, place: Option<&Place>) -> Location {
    let flag = LogicalLocation::builder()
        .name(finding.flag.key.as_str())
        .fully_qualified_name(format!("{}/{}", judgement.project(), finding.flag.key))
        .kind("resource")
        .build();
    let artifact = |uri: String| {
        ArtifactLocation::builder()
            .uri(uri)
            .uri_base_id(ROOT)
            .build()
    };
    let home = judgement.home.as_deref().map_or("./".to_owned(), reference);
    let physical = match place {
        Some(place) => PhysicalLocation::builder()
            .artifact_location(artifact(reference(&place.path)))
            .region(
                Region::builder()
                    .start_line(i64::from(place.line))
                    .start_column(i64::from(place.column))
                    .build(),
            )
            .build(),
        None => PhysicalLocation::builder()
            .artifact_location(artifact(home))
            .build(),
    };
    Location::builder()
        .physical_location(physical)
        .logical_locations(vec![flag])
        .build()
}

/// A path as a relative reference, with what an address may not hold escaped.
fn reference(path: &str) -> String {
    let Ok(mut url) = Url::parse("file:///") else {
        return path.to_owned();
    };
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.clear().extend(path.split('/'));
    }
    // A colon in the first part would make a scheme of it.
    url.path().trim_start_matches('/').replace(':', "%3A")
}

fn text(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    format!("{}{rest}", first.to_uppercase())
}
