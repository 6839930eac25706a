//! The report: what was measured, beside what it may be at most.
//!
//! **Invariants**
//! - Only ratios and counts have limits: a time says as much about the machine as about the code.
//! - What misses its limit is measured again, twice at most, and the best counts. Noise makes a
//!   ratio look worse, and not three times in a row.

use std::process::ExitCode;

/// A measured number.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    name: String,
    value: f64,
    unit: &'static str,
    /// The most that it may be; absent for what is only told.
    limit: Option<f64>,
}

impl Row {
    pub(crate) fn ratio(name: impl Into<String>, value: f64, limit: f64) -> Self {
        Self::limited(name, value, "", limit)
    }

    pub(crate) fn limited(
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        limit: f64,
    ) -> Self {
        let (name, limit) = (name.into(), Some(limit));
        Self {
            name,
            value,
            unit,
            limit,
        }
    }

    pub(crate) fn told(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        let (name, limit) = (name.into(), None);
        Self {
            name,
            value,
            unit,
            limit,
        }
    }

    fn is_missed(&self) -> bool {
        // What is no number is missed.
        self.limit
            .is_some_and(|limit| self.value.is_nan() || self.value > limit)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Report {
    missed: Vec<String>,
}

impl Report {
    /// Measures, again if need be, and prints.
    pub(crate) fn section(&mut self, title: &str, measure: impl Fn() -> Vec<Row>) {
        let mut rows = measure();
        for _ in 0..2 {
            if !rows.iter().any(Row::is_missed) {
                break;
            }
            for (row, again) in rows.iter_mut().zip(measure()) {
                row.value = row.value.min(again.value);
            }
        }
        println!("\n{title}\n");
        println!(
            "| {:<58} | {:>14} | {:>7} |        |",
            "", "measured", "at most"
        );
        println!("| {:-<58} | {:->13}: | {:->6}: | ------ |", "", "", "");
        for row in rows {
            let (value, limit) = (number(row.value), row.limit.map(number));
            let verdict = match row.limit {
                None => "",
                Some(_) if row.is_missed() => "MISSED",
                Some(_) => "kept",
            };
            println!(
                "| {:<58} | {:>14} | {:>7} | {verdict:<6} |",
                row.name,
                format!("{value} {}", row.unit).trim(),
                limit.unwrap_or_default(),
            );
            if row.is_missed() {
                self.missed.push(row.name);
            }
        }
    }

    pub(crate) fn end(self) -> ExitCode {
        if self.missed.is_empty() {
            return ExitCode::SUCCESS;
        }
        println!("\nmissed: {}", self.missed.join("; "));
        ExitCode::FAILURE
    }
}

fn number(value: f64) -> String {
    let decimals = match value.abs() {
        0.0 => 0,
        small if small < 10.0 => 2,
        medium if medium < 1_000.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}
