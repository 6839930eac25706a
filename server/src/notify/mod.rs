//! Notifications: telling people what happens by itself, by webhook and by mail.
//!
//! Separate from what happens: whoever has it happen notes an [`Event`] in its own transaction and is
//! done. Who is told, in what words and by which way is decided here, later.
//!
//! | part | what it is |
//! | --- | --- |
//! | `event` | what happened |
//! | `words` | how it is said |
//! | `settings` | whom a project wants to be told |
//! | `compose` | an event's deliveries: one for each way and person |
//! | `digest` | a project's debt, once a week |
//! | `webhook`, `mail` | the ways |
//! | `deliver` | trying, and trying again |
//!
//! **Invariants**
//! - What was committed is told, whatever dies meanwhile; by that, somebody may be told twice. A
//!   webhook's id and a mail's `Message-ID` are the same then.
//! - The addresses that this server connects to are the operator's. A project chooses recipients of
//!   mail and nothing else.

mod compose;
mod deliver;
mod digest;
mod event;
mod mail;
mod settings;
mod webhook;
mod words;

pub(crate) use compose::{Channel, DeliveryState};
pub(crate) use deliver::{Notifier, NotifierError, deliveries};
pub(crate) use digest::remind;
pub(crate) use event::{Event, PlanEvent, PlanHappening, TestEvent};
pub(crate) use settings::{NotificationSettings, check_settings, settings};
pub(crate) use words::headline;

/// Why a delivery did not arrive.
#[derive(Debug)]
struct Failure {
    /// In words, for whoever looks after it.
    why: String,
    /// Whether it is of no use to try again.
    is_final: bool,
}

impl Failure {
    /// Something that may go better next time.
    fn now(error: &dyn std::error::Error) -> Self {
        let mut why = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            why = format!("{why}: {cause}");
            source = cause.source();
        }
        Self {
            why,
            is_final: false,
        }
    }

    /// The same, and nothing helps.
    fn for_good(self) -> Self {
        Self {
            is_final: true,
            ..self
        }
    }
}
