//! `JUnit`'s XML, which Jenkins, GitLab and others show as tests: a case for each flag, and one for
//! the debt number.
//!
//! **Invariants**
//! - There is a case always: Jenkins takes a report without one for a mistake.
//! - It is valid by Jenkins' schema, which its stricter readers insist on.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::rules;
use crate::command::debt::finding::Finding;
use crate::command::debt::judgement::Judgement;
use crate::failure::Failure;

/// The judgement as XML.
///
/// # Errors
/// [`Failure::Output`]: it cannot be written down.
pub(super) fn write(judgement: &Judgement) -> Result<String, Failure> {
    let project = judgement.project();
    let mut suite = TestSuite::new(format!("flag debt of {project}"));
    suite.add_test_case(whole(judgement));
    for finding in &judgement.findings {
        suite.add_test_case(case(project, finding));
    }
    let mut report = Report::new("tenantry debt");
    report.add_test_suite(suite);
    let xml = report
        .to_string()
        .map_err(|error| Failure::Output(std::io::Error::other(error)))?;
    // The library counts skipped cases in the root's tag, where Jenkins' schema has no such
    // attribute. No case here is ever skipped; the first such text is in the root's tag, since
    // quotes inside of values are escaped.
    Ok(xml.trim_end().replacen(r#" skipped="0""#, "", 1))
}

/// The case of the project as a whole.
fn whole(judgement: &Judgement) -> TestCase {
    let status = match judgement.over_the_limit() {
        Some(why) => failure("debt-limit", &why, &why),
        None => TestCaseStatus::success(),
    };
    let mut case = TestCase::new("debt number", status);
    case.set_classname(format!("tenantry.debt.{}", judgement.project()));
    case.set_system_out(judgement.verdict().why);
    case
}

fn case(project: &str, finding: &Finding) -> TestCase {
    let message = finding.message();
    let mut details = vec![message.clone()];
    details.extend(
        finding
            .evidence()
            .map(|(what, text)| format!("{what}: {text}")),
    );
    details.extend(finding.places.iter().map(|place| {
        let added = if place.added == Some(true) {
            " (added)"
        } else {
            ""
        };
        format!(
            "{}:{}:{} {}{added}",
            place.path, place.line, place.column, place.call
        )
    }));
    let details = details.join("\n");
    let key = finding.flag.key.as_str();
    let classname = format!("tenantry.debt.{project}");
    let mut case = if finding.fails {
        let rule = rules::of(finding.worst);
        TestCase::new(key, failure(rule.id, &message, &details))
    } else {
        // What does not fail is for whoever opens the case.
        let mut case = TestCase::new(key, TestCaseStatus::success());
        case.set_system_out(details);
        case
    };
    case.set_classname(classname);
    case
}

fn failure(kind: &str, message: &str, details: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_type(kind)
        .set_message(message)
        .set_description(details);
    status
}
