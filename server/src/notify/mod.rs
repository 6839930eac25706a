//! Notifications: telling people what happens by itself, by webhook and by mail.
//!
//! Separate from what happens: whoever has it happen notes an [`Event`], in its own transaction where
//! there is one, and is done. Who is told, in what words and by which channel is decided here, later.
//!
//! | part | what it is |
//! | --- | --- |
//! | `event` | what happened |
//! | `words` | how it is said |
//! | `settings` | whom a project wants to be told |
//! | `compose` | an event's deliveries: one for each channel and recipient |
//! | `digest` | a project's debt, once a week |
//! | `webhook`, `mail` | the channels |
//! | `deliver` | trying, and trying again |
//!
//! **Invariants**
//! - What was committed is tried until it has arrived or three days are over, whatever dies meanwhile;
//!   by that, somebody may be told twice. A webhook's id and a mail's `Message-ID` are the same then.
//! - The addresses that this server connects to are the operator's. A project chooses recipients of
//!   mail and nothing else.
//! - What others wrote (keys, names, reasons) is quoted without line breaks and control characters.

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
pub(crate) use digest::Digests;
pub(crate) use event::{Event, PlanEvent, PlanHappening, TestEvent};
pub(crate) use settings::{NotificationSettings, SettingsError, check_settings, settings};
pub(crate) use words::headline;

/// Most bytes that are kept of why a delivery did not arrive.
const MAX_WHY: usize = 500;

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
    fn passing(why: impl Into<String>) -> Self {
        let mut why = why.into();
        why.truncate(why.floor_char_boundary(MAX_WHY));
        Self {
            why,
            is_final: false,
        }
    }

    /// The same, if nothing helps.
    fn final_if(self, is_final: bool) -> Self {
        Self { is_final, ..self }
    }
}
