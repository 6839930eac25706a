//! How the debt grew: one row a day, the last of which is written again until its day is over.

use chrono::{Days, NaiveDate};
use serde_json::Value;

use crate::access::{Mode, ProjectScope};
use crate::db::{args, number, signed, statements};
use crate::error::StoreError;
use crate::json;
use crate::store::Store;

/// How long a day is remembered.
const KEPT: Days = Days::new(5 * 366);

/// The debt on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct DebtDay {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// The debt number.
    pub debt: u64,
    /// How many flags were in each state: the report's own document.
    pub summary: Value,
}

statements! { "debt_day";
    DAYS = "SELECT day, debt, summary FROM debt_day
        WHERE project_id = $1 AND day >= $2 AND day <= $3 ORDER BY day";
    PUT = "INSERT INTO debt_day (project_id, day, debt, summary) VALUES ($1, $2, $3, $4)
        ON CONFLICT (project_id, day) DO UPDATE SET debt = excluded.debt, summary = excluded.summary";
    FORGET = "DELETE FROM debt_day WHERE project_id = $1 AND day < $2";
}

impl Store {
    /// Reads the debt from day to day, both included; days that nobody noted are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn debt_days<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<DebtDay>, StoreError> {
        let mut conn = self.read(scope).await?;
        let asked = args![scope.id(), from, to];
        let rows: Vec<(NaiveDate, i64, String)> = conn.all(&DAYS, asked).await?;
        let days = rows.into_iter().map(|(day, debt, summary)| {
            Ok(DebtDay {
                debt: number("debt_day", "debt", day, debt)?,
                day,
                summary: json::read("debt_day", "summary", day, &summary)?,
            })
        });
        days.collect()
    }

    /// Notes the debt of a day, instead of what was noted of it before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_debt<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        day: &DebtDay,
    ) -> Result<(), StoreError> {
        let mut conn = self.maintenance().await?;
        let noted = args![
            scope.id(),
            day.day,
            signed(day.debt),
            day.summary.to_string()
        ];
        conn.execute(&PUT, noted).await?;
        if let Some(old) = day.day.checked_sub_days(KEPT) {
            conn.execute(&FORGET, args![scope.id(), old]).await?;
        }
        conn.commit().await
    }
}
