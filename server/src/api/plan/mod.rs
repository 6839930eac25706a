//! Plans: rollouts that are carried out in stages.

mod admissions;
mod alert;
mod approve;
mod delete;
mod finish;
mod list;
mod pause;
mod preview;
mod replace;
mod resume;
mod retraction;
mod roll_back;
mod show;
mod start;
mod step_back;
mod templates;
mod view;

use tenantry_plan::Command;
use tenantry_store::{EnvironmentScope, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::view::PlanView;

use super::AppState;
use super::edge::RequestId;
use super::error::{ApiError, Code};
use crate::api::extract::path::TargetingPath;
use crate::clock::SharedClock;
use crate::plan::{Carrier, PlanError, SeenStage, Who};

/// The operations on plans.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(
            show::show_plan,
            replace::replace_plan,
            delete::delete_plan
        ))
        .routes(routes!(preview::preview_plan))
        .routes(routes!(start::start_plan))
        .routes(routes!(pause::pause_plan))
        .routes(routes!(resume::resume_plan))
        .routes(routes!(approve::approve_plan))
        .routes(routes!(step_back::step_plan_back))
        .routes(routes!(roll_back::roll_plan_back))
        .routes(routes!(finish::finish_plan))
        .routes(routes!(retraction::show_retraction))
        .routes(routes!(admissions::list_admissions))
        .routes(routes!(list::list_plans))
        .routes(routes!(templates::list_plan_templates))
        .routes(routes!(alert::post_alerts))
}

/// What a person wants of a plan, and the stage that they saw it in, if they said so.
#[derive(Debug)]
pub(crate) struct Wanted {
    command: Command,
    seen: Option<SeenStage>,
}

impl From<Command> for Wanted {
    fn from(command: Command) -> Self {
        Self {
            command,
            seen: None,
        }
    }
}

/// Does what a person wants of a plan, and shows what has become of it.
async fn command(
    carrier: &Carrier,
    clock: &SharedClock,
    scope: &EnvironmentScope<Write>,
    path: &TargetingPath,
    command: impl Into<Wanted>,
    (reason, request_id): (Option<String>, RequestId),
) -> Result<PlanView, ApiError> {
    let who = Who {
        epoch: None,
        reason,
        request_id: Some(request_id.into()),
        is_alert: false,
    };
    let now = clock.now();
    let Wanted { command, seen } = command.into();
    let wanted = (command, seen.as_ref());
    let opened = carrier.command(scope, &path.flag, wanted, &who, now);
    let opened = opened.await?;
    PlanView::of(carrier, scope, &path.flag, opened, now).await
}

impl From<PlanError> for ApiError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NoFlag => Self::not_found("flag"),
            PlanError::NoPlan => Self::not_found("plan"),
            PlanError::Refused(refused) => Self::new(Code::PlanState, refused.to_string()),
            PlanError::Contended => Self::stale(),
            PlanError::Moved(_) => Self::new(Code::PlanState, error.to_string()),
            PlanError::Unpublished => {
                Self::new(Code::Unavailable, "this environment is not published yet")
            }
            PlanError::Invalid(problems) => {
                let detail = format!("the plan and the flag's targeting do not fit: {problems}");
                Self::new(Code::PlanState, detail)
            }
            PlanError::Write(error) => error.into(),
            PlanError::Store(error) => error.into(),
            PlanError::Fenced
            | PlanError::Unreadable(_)
            | PlanError::NoPrometheus
            | PlanError::Prometheus(_)
            | PlanError::Guard(_) => Self::internal(error),
        }
    }
}
