//! The Tenantry server: admin API, evaluation, stream and web interface.
//!
//! A request goes `edge` → extractors (who calls, for which project, with which body) → one handler
//! → the store. A commit comes back through the change log: `publish` follows it and holds every
//! environment's newest state in memory, from which `stream` and the evaluation endpoints answer
//! without asking the database.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`boot`] | the one place where everything is put together |
//! | `api` | the HTTP API: one operation, one file |
//! | [`publish`] | every environment's newest state in memory |
//! | [`preview`] | whom a draft of a flag's targeting would turn on and off: pure |
//! | `instances` | which SDKs are connected, and how far each is |
//! | `past` | what flags answered at an earlier revision: pure |
//! | `plan` | rollouts that are carried out in stages, and guarded |
//! | `stream` | the WebSocket streams |
//! | [`credentials`] | who holds a token, known without asking the database each time |
//! | [`debt`] | which flags have outlived their purpose, and which can go: a pure judgement, and the facts for it |
//! | `notify` | telling people what happens by itself, by webhook and by mail |
//! | [`config`], `command` | what an operator can choose and ask for |
//!
//! # How to add an operation
//! 1. Make a file for it below `api/`, in the folder of its thing: `api/flags/freeze.rs` for
//!    `freeze_flag`. Look at `api/flags/archive.rs`, which has everything in it.
//! 2. Write the request as a `Deserialize + ToSchema` type whose `Check` turns it into what the
//!    handler wants, the response as a `Serialize + ToSchema` type, and the handler
//!    `verb_resource` with its `#[utoipa::path]`. The order of the handler's arguments is the order of
//!    the checks: the scope (`InProject`, `InEnvironment`) first, then `IfMatch`, then `Body`.
//! 3. Declare only the answers that are its own; `api/document.rs` adds the failures that every
//!    operation of its kind has. Every code is in `api/error.rs`.
//! 4. Add it to `routes!` in the folder's `mod.rs`, and write the document anew:
//!    `cargo run -p tenantry-server -- openapi > openapi/openapi.json`.
//! 5. Its test is `tests/it/api/flags/freeze.rs`. The isolation tests find it by themselves, in the
//!    document.
//!
//! **Invariants**
//! - Evaluation and streams never wait for the database.
//! - Nothing here knows SQL.

mod api;
pub mod boot;
pub mod clock;
mod command;
pub mod config;
pub mod credentials;
pub mod debt;
pub mod demo;
mod instances;
mod listen;
mod maintenance;
mod notify;
mod past;
mod plan;
pub mod preview;
pub mod publish;
mod stream;
pub mod tasks;
mod telemetry;
mod ui;
mod usage;
mod weights;

pub use api::{openapi, openapi_json};
pub use boot::{Server, StartError};
pub use clock::SharedClock;
pub use command::Arguments;
pub use config::Config;
