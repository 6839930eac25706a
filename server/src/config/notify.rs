//! How people are told of what happens by itself.
//!
//! **Invariants**
//! - What may hold a secret is parsed where it is used, not here: a mistyped value is never printed.

use lettre::message::Mailbox;
use secrecy::SecretString;

/// The channels to people, which are the operator's: a project says only whom to tell.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Notifications")]
pub struct NotifyConfig {
    /// Where the notifications of all projects are posted to, signed as Standard Webhooks says
    #[arg(
        long,
        env = "TENANTRY_NOTIFY_WEBHOOK_URL",
        hide_env_values = true,
        value_name = "URL",
        requires = "notify_webhook_secret"
    )]
    pub notify_webhook_url: Option<SecretString>,
    /// What they are signed with: `whsec_` and 24 to 64 bytes in base64. Two, with a comma between,
    /// while one takes the other's place
    #[arg(
        long,
        env = "TENANTRY_NOTIFY_WEBHOOK_SECRET",
        hide_env_values = true,
        value_name = "SECRET",
        requires = "notify_webhook_url"
    )]
    pub notify_webhook_secret: Option<SecretString>,
    /// The mail server: `smtps://user:password@mail.example.com`, or `smtp://…:587?tls=required`
    /// for STARTTLS
    #[arg(
        long,
        env = "TENANTRY_SMTP_URL",
        hide_env_values = true,
        value_name = "URL",
        requires = "mail_from"
    )]
    pub smtp_url: Option<SecretString>,
    /// Who mails come from, such as `Tenantry <flags@example.com>`
    #[arg(
        long,
        env = "TENANTRY_MAIL_FROM",
        value_name = "MAILBOX",
        requires = "smtp_url"
    )]
    pub mail_from: Option<Mailbox>,
}
