//! `tenantry plan admissions FLAG`: whom a plan has admitted.

use chrono::{DateTime, Utc};
use clap::Args;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tenantry_core::model::FlagKey;

use crate::api::{Client, Page};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Table, Tone, moment, plain};

/// List the tenants of the roster that a plan has admitted
///
/// Those who came to have the flag when a stage was entered or when their freeze was over, with the
/// stage, since when, by whose decision, and whether a cohort drew them.
#[derive(Debug, Args)]
pub(crate) struct Admissions {
    /// The flag's key
    flag: FlagKey,

    /// Those too who were taken back, and those of plans before this one
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Deserialize)]
struct Admission {
    tenant: String,
    stage: u64,
    #[serde(default)]
    stage_name: String,
    at: DateTime<Utc>,
    by: String,
    #[serde(default)]
    drawn: bool,
    #[serde(default)]
    former: bool,
    #[serde(default)]
    retraction: Option<Retraction>,
}

#[derive(Debug, Deserialize)]
struct Retraction {
    retracted_at: DateTime<Utc>,
    by: String,
    #[serde(default)]
    why: Option<String>,
}

impl Admissions {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let mut items: Vec<Value> = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page: Page<Value> = client
                .flag_here(Method::GET, &self.flag, &["plan", "admissions"])
                .query("all", self.all.then_some("true"))
                .query("cursor", cursor.as_deref())
                .send()
                .await?
                .body;
            items.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        if global.wants_json() {
            return console.json(&json!({ "items": items }));
        }
        if items.is_empty() {
            console.note(if self.all {
                "no plan of this flag has admitted anybody"
            } else {
                "the plan has admitted nobody; --all lists those too who were taken back"
            });
            return Ok(());
        }
        let admissions: Vec<Admission> =
            Vec::deserialize(Value::Array(items)).map_err(|source| {
                let url = global.url.clone();
                Failure::NotUnderstood { url, source }
            })?;
        let mut table = self.table(&admissions);
        table.wrap_last(console.width());
        console.line(table.render())
    }

    fn table(&self, admissions: &[Admission]) -> Table {
        let mut headings = vec!["TENANT", "STAGE", "SINCE", "BY", "DRAWN"];
        headings.extend(self.all.then_some("TAKEN BACK"));
        let mut table = Table::new(headings);
        for item in admissions {
            let (stage, since, ended) = (item.in_stage(), moment(item.at), item.ended());
            let mut row = vec![
                (Tone::Strong, item.tenant.as_str()),
                (Tone::Normal, &stage),
                (Tone::Normal, &since),
                (Tone::Normal, &item.by),
                (Tone::Normal, if item.drawn { "yes" } else { "-" }),
            ];
            row.extend(self.all.then_some((Tone::Normal, ended.as_str())));
            table.row(row);
        }
        table
    }
}

impl Admission {
    /// Its stage, counted from 1, with its name if that is on record.
    fn in_stage(&self) -> String {
        let number = self.stage + 1;
        match self.stage_name.as_str() {
            "" => number.to_string(),
            name => format!("{number} ({name})"),
        }
    }

    /// How it was taken back, and whether a plan before this one admitted it.
    fn ended(&self) -> String {
        let retracted = self.retraction.as_ref().map(|it| {
            let why = it.why.as_deref().map(|why| format!(": {}", plain(why)));
            let why = why.unwrap_or_default();
            format!("{} by {}{why}", moment(it.retracted_at), plain(&it.by))
        });
        match (retracted, self.former) {
            (Some(retracted), true) => format!("{retracted} (a plan before this one)"),
            (Some(retracted), false) => retracted,
            (None, true) => "no, of a plan before this one".to_owned(),
            (None, false) => "-".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;

    use super::*;

    fn check(all: bool) -> String {
        let items = json!([
            {"tenant": "acme", "stage": 0, "stage_name": "us", "at": "2026-11-23T07:58:20Z", "by": "ada",
             "drawn": false, "former": false, "retraction": null},
            {"tenant": "globex", "stage": 1, "stage_name": "small ones", "at": "2026-11-23T08:58:20Z",
             "by": "tenantry-server", "drawn": true, "former": false,
             "retraction": {"retracted_at": "2026-11-23T09:00:00Z", "by": "grace", "decision": 3, "why": "wrong\ntotals"}},
            {"tenant": "hooli", "stage": 0, "stage_name": "", "at": "2026-11-20T07:00:00Z", "by": "ada",
             "drawn": true, "former": true,
             "retraction": {"retracted_at": "2026-11-20T08:00:00Z", "by": "ada", "decision": 2, "why": null}},
            {"tenant": "initech", "stage": 0, "at": "2026-11-20T07:00:00Z", "by": "ada", "former": true},
        ]);
        let items: Vec<Admission> = Vec::deserialize(items).expect("admissions");
        let flag = FlagKey::new("new-billing").expect("a key");
        let table = Admissions { flag, all }.table(&items);
        strip_str(&table.render()).to_string()
    }

    #[test]
    fn whom_a_plan_has_admitted() {
        assert_snapshot!(check(false), @r"
        TENANT   STAGE           SINCE                 BY               DRAWN
        acme     1 (us)          2026-11-23 07:58 UTC  ada              -
        globex   2 (small ones)  2026-11-23 08:58 UTC  tenantry-server  yes
        hooli    1               2026-11-20 07:00 UTC  ada              yes
        initech  1               2026-11-20 07:00 UTC  ada              -
        ");
    }

    #[test]
    fn those_too_who_were_taken_back() {
        assert_snapshot!(check(true), @r"
        TENANT   STAGE           SINCE                 BY               DRAWN  TAKEN BACK
        acme     1 (us)          2026-11-23 07:58 UTC  ada              -      -
        globex   2 (small ones)  2026-11-23 08:58 UTC  tenantry-server  yes    2026-11-23 09:00 UTC by grace: wrong\ntotals
        hooli    1               2026-11-20 07:00 UTC  ada              yes    2026-11-20 08:00 UTC by ada (a plan before this one)
        initech  1               2026-11-20 07:00 UTC  ada              -      no, of a plan before this one
        ");
    }
}
