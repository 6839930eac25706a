//! Whether the formats that have a schema are valid by it.
//!
//! Separate from what they look like, which is a matter of taste.

use std::io::Write as _;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::tests::{judgement, judgement_of_a_change, nothing, read, written};
use super::*;

#[test]
fn sarif_is_valid_by_its_schema() {
    let schema = sarif_schema();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for judgement in [judgement(), judgement_of_a_change(), nothing()] {
        let document = read(Output::Sarif, &judgement);
        let problems: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{problems:#?}");
    }
    // The check can fail.
    let mut broken = read(Output::Sarif, &judgement());
    broken["runs"][0]["results"][0]["level"] = json!("fatal");
    assert!(!validator.is_valid(&broken));
}

#[test]
fn sarif_says_which_rule_is_broken_where() {
    let document = read(Output::Sarif, &judgement_of_a_change());
    let run = &document["runs"][0];
    let results = run["results"].as_array().expect("results");
    for result in results {
        let index =
            usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        let rule = &run["tool"]["driver"]["rules"][index];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(
            rule["help"]["text"]
                .as_str()
                .is_some_and(|text| !text.contains('`')),
            "{rule}"
        );
    }
    let (old, new) = (&results[0], &results[1]);
    assert_eq!(
        (&old["level"], &old["baselineState"]),
        (&json!("warning"), &json!("unchanged"))
    );
    assert_eq!(
        (&new["level"], &new["baselineState"]),
        (&json!("error"), &json!("new"))
    );
    assert_eq!(new["ruleId"], "flag-overdue");
    let at = &new["locations"][0]["physicalLocation"];
    assert_eq!(at["artifactLocation"]["uri"], "src/a%20b,c.rs");
    assert_eq!(at["region"], json!({"startLine": 40, "startColumn": 14}));
    let last = results.last().expect("one without a place");
    assert_eq!(
        last["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "./"
    );
    assert_eq!(
        last["locations"][0]["logicalLocations"][0]["name"],
        "checkout-v2"
    );
}

#[test]
fn what_no_code_asks_for_stands_at_the_settings_where_there_are_some() {
    let mut judgement = judgement();
    judgement.home = Some("tenantry.toml".to_owned());
    let sarif = read(Output::Sarif, &judgement);
    let last = sarif["runs"][0]["results"]
        .as_array()
        .and_then(|results| results.last());
    let place = &last.expect("a result")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "tenantry.toml");
    assert_eq!(place.get("region"), None);
    let gitlab = read(Output::Gitlab, &judgement);
    let last = gitlab.as_array().and_then(|entries| entries.last());
    assert_eq!(last.expect("an entry")["location"]["path"], "tenantry.toml");
}

/// The format's schema, as OASIS publishes it.
fn sarif_schema() -> Value {
    let schema = include_str!("../../../../tests/schemas/sarif-2.1.0.json");
    // One pattern of it is no regular expression; the standard's errata have it corrected like this.
    let wrong = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";
    let schema = schema.replace(wrong, "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    serde_json::from_str(&schema).expect("JSON")
}

#[test]
fn junit_is_valid_by_jenkins_schema() {
    for judgement in [judgement(), judgement_of_a_change(), nothing()] {
        check_junit(&written(Output::Junit, &judgement, None)).expect("valid");
    }
    check_junit(r#"<testsuites skipped="0"></testsuites>"#).expect_err("the check can fail");
}

#[test]
fn junit_has_a_case_for_each_flag() {
    assert_snapshot!(written(Output::Junit, &judgement(), None), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="tenantry debt" tests="6" failures="3" errors="0">
        <testsuite name="flag debt of shop" tests="6" skipped="0" errors="0" failures="3">
            <testcase name="debt number" classname="tenantry.debt.shop">
                <failure message="the debt number is 472, and at most 400 is allowed" type="debt-limit">the debt number is 472, and at most 400 is allowed</failure>
                <system-out>1 flag is overdue, expired for more than 14 days; 1 flag is asked for and does not exist; the debt number is 472, and at most 400 is allowed; delete it from the code and archive it, or extend it with a reason; create what does not exist, or correct its key in the code. Also noted: 1 expired, 1 due, 1 over-extended, 1 ready, 1 unowned.</system-out>
            </testcase>
            <testcase name="dark-mode" classname="tenantry.debt.shop">
                <failure message="dark-mode is overdue, ready, unowned. Expired 52 days ago. Delete it." type="flag-overdue">dark-mode is overdue, ready, unowned. Expired 52 days ago. Delete it.
    evidence: production: every tenant has got on for 45 days.
    src/a b,c.rs:12:14 is_enabled
    src/a b,c.rs:40:14 is_enabled</failure>
            </testcase>
            <testcase name="typo" classname="tenantry.debt.shop">
                <failure message="typo is unknown. The code asks for it at 1 place, and there is no such flag, or it is archived: create it, correct the key, or delete the question." type="flag-unknown">typo is unknown. The code asks for it at 1 place, and there is no such flag, or it is archived: create it, correct the key, or delete the question.
    src/main.rs:7:14 is_enabled</failure>
            </testcase>
            <testcase name="export" classname="tenantry.debt.shop">
                <system-out>export is expired. Expired 4 days ago.
    ::error::no | @everyone `&lt;b&gt;` https://e.example #1 Owner: grace.
    kept by: staging serves off.
    web/Export.tsx:3:14 is_enabled</system-out>
            </testcase>
            <testcase name="new-billing" classname="tenantry.debt.shop">
                <system-out>new-billing is over_extended. Put off 4 times. Owner: ada.</system-out>
            </testcase>
            <testcase name="checkout-v2" classname="tenantry.debt.shop">
                <system-out>checkout-v2 is due. Expires in 3 days. Owner: ada.</system-out>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
}

fn check_junit(xml: &str) -> Result<(), String> {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/junit-10.xsd");
    let mut check = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema", schema, "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("xmllint is needed; scripts/require.sh xmllint");
    let mut input = check.stdin.take().expect("a pipe");
    input.write_all(xml.as_bytes()).expect("it reads");
    drop(input);
    let output = check.wait_with_output().expect("it ends");
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
