//! Notifications: what people are told of what happens by itself, and whether they were.
//!
//! | part | what it is |
//! | --- | --- |
//! | `put` | something happened: told in the transaction that has it happen |
//! | `list` | what was told lately |
//! | `settings` | whom a project wants to be told |
//!
//! Which are due, of all projects, is maintenance's.
//!
//! **Invariants**
//! - What happened and whom it goes to are documents of the server's, which alone reads them.
//! - Of the same thing, `once`, there is one notification.

mod list;
mod put;
mod settings;

pub use list::Notification;
pub(crate) use list::{ALL as LIST, NotificationRow};
pub(crate) use put::ALL as PUT;
pub use put::NewNotification;
pub(crate) use settings::ALL as SETTINGS;
