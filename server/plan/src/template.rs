//! Templates: plans to begin with.
//!
//! **Invariants**
//! - A template is a valid plan once its segments exist.

use serde::Serialize;

use crate::document::{
    Advance, Audience, Cohort, CohortSize, GuardPolicy, Metric, OnHarm, OnSilence, Plan, Stage,
};

/// A plan to begin with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Template {
    /// Its name, for programs.
    pub key: &'static str,
    /// What it is good for.
    pub description: &'static str,
    /// Segments that it asks for, which must exist.
    pub segments: Vec<&'static str>,
    /// The plan.
    pub plan: Plan,
}

/// All templates.
#[must_use]
pub fn templates() -> Vec<Template> {
    vec![
        Template {
            key: "rings",
            description: "Your own company, design partners, then 5 %, 25 % and all tenants, guarded",
            segments: vec!["internal", "design-partners"],
            plan: plan(
                vec![
                    stage("internal", ring("internal"), 60, Advance::Automatic),
                    stage(
                        "design partners",
                        ring("design-partners"),
                        1_440,
                        Advance::Approval,
                    ),
                    stage("5 %", Audience::Threshold(5_000), 1_440, Advance::Automatic),
                    stage(
                        "25 %",
                        Audience::Threshold(25_000),
                        1_440,
                        Advance::Automatic,
                    ),
                    stage(
                        "everybody",
                        Audience::Threshold(100_000),
                        60,
                        Advance::Automatic,
                    ),
                ],
                OnHarm::StepBack,
            ),
        },
        Template {
            key: "percentages",
            description: "1 %, 10 %, 50 % and all tenants within a day, guarded",
            segments: Vec::new(),
            plan: plan(
                vec![
                    stage("1 %", Audience::Threshold(1_000), 120, Advance::Automatic),
                    stage("10 %", Audience::Threshold(10_000), 360, Advance::Automatic),
                    stage("50 %", Audience::Threshold(50_000), 360, Advance::Automatic),
                    stage(
                        "everybody",
                        Audience::Threshold(100_000),
                        60,
                        Advance::Automatic,
                    ),
                ],
                OnHarm::StepBack,
            ),
        },
        Template {
            key: "small-first",
            description: "The smallest tenants of the roster first, then all tenants, guarded",
            segments: Vec::new(),
            plan: plan(
                vec![
                    stage(
                        "ten small ones",
                        small(CohortSize::Tenants(10)),
                        240,
                        Advance::Automatic,
                    ),
                    stage(
                        "a quarter of them",
                        small(CohortSize::ShareOfTenants(25_000)),
                        1_440,
                        Advance::Approval,
                    ),
                    stage(
                        "everybody",
                        Audience::Threshold(100_000),
                        60,
                        Advance::Approval,
                    ),
                ],
                OnHarm::RollBack,
            ),
        },
    ]
}

fn plan(stages: Vec<Stage>, on_harm: OnHarm) -> Plan {
    Plan {
        stages,
        start_at: None,
        freezes: Vec::new(),
        guard: Some(GuardPolicy {
            metrics: vec![Metric::Errors, Metric::Latency],
            alpha: 0.01,
            on_harm,
            on_silence: OnSilence::Hold,
        }),
    }
}

fn stage(name: &str, audience: Audience, bake_minutes: u32, advance: Advance) -> Stage {
    Stage {
        name: name.to_owned(),
        audience,
        bake_minutes,
        advance,
    }
}

fn ring(segment: &str) -> Audience {
    Audience::Segments(vec![segment.to_owned()])
}

fn small(size: CohortSize) -> Audience {
    Audience::Cohort(Cohort {
        size,
        never: Vec::new(),
        max_share_of_requests: Some(5_000),
        small_first: true,
    })
}

#[cfg(test)]
mod tests {
    use tenantry_core::model::Problems;

    use super::*;

    #[test]
    fn every_template_is_a_valid_plan() {
        for template in templates() {
            let mut problems = Problems::default();
            template.plan.check(&mut problems);
            assert_eq!(problems.to_string(), "", "{}", template.key);
        }
    }
}
