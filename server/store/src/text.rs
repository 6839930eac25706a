//! Text that people write, and the bounds on it.
//!
//! **Invariants**
//! - No text holds a NUL character: PostgreSQL cannot store one, so neither database gets one.

use std::ops::RangeInclusive;

use sea_query::{Expr, ExprTrait, Func, LikeExpr};
use tenantry_core::model::{Problem, Problems, TenantKey};

/// What a thing may be called, in bytes.
pub(crate) const NAME: RangeInclusive<usize> = 1..=128;
/// What a flag or a tenant may be called, in bytes.
pub(crate) const LONG_NAME: RangeInclusive<usize> = 1..=256;

/// Reports `text` unless its length in bytes lies in `range` and it holds no NUL.
pub(crate) fn check(
    problems: &mut Problems,
    path: &str,
    text: &str,
    range: &RangeInclusive<usize>,
) {
    if !range.contains(&text.len()) {
        let (least, most) = (range.start(), range.end());
        problems.push(path, format!("must be {least} to {most} bytes long"));
    }
    if text.contains('\0') {
        problems.push(path, "must not contain a NUL character");
    }
}

/// The problem of one name, if it has one.
pub(crate) fn check_name(name: &str) -> Result<(), Problems> {
    let mut problems = Problems::default();
    check(&mut problems, "name", name, &NAME);
    problems.or(())
}

/// Reports the first tenant of `list` that no list can hold.
pub(crate) fn check_tenants<'a>(
    list: &str,
    mut tenants: impl Iterator<Item = &'a str>,
) -> Result<(), Problem> {
    match tenants.position(|tenant| tenant.contains('\0')) {
        None => Ok(()),
        Some(index) => Err(Problem {
            path: format!("{list}[{index}]"),
            message: "must not contain a NUL character".to_owned(),
        }),
    }
}

/// The keys as text.
pub(crate) fn texts(tenants: &[TenantKey]) -> impl Iterator<Item = &str> {
    tenants.iter().map(TenantKey::as_str)
}

/// One of the columns contains `text`; ASCII letters match in either case.
pub(crate) fn contains<const N: usize>(columns: [&'static str; N], text: &str) -> Expr {
    let text = text.to_ascii_lowercase();
    let escaped = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let like = |column| {
        let pattern = LikeExpr::new(format!("%{escaped}%")).escape('\\');
        Expr::expr(Func::lower(Expr::col(column))).like(pattern)
    };
    let any = columns.into_iter().map(like).reduce(ExprTrait::or);
    any.unwrap_or_else(|| Expr::val(false))
}
