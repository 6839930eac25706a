//! How people are told of what happens by itself.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use data_encoding::BASE64;
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use thiserror::Error;
use url::Url;

/// The ways to people, which are the operator's: a project says only whom to tell.
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
    pub notify_webhook_url: Option<WebhookUrl>,
    /// What they are signed with: `whsec_` and 24 to 64 bytes in base64. Two, with a comma between,
    /// while one takes the other's place
    #[arg(
        long,
        env = "TENANTRY_NOTIFY_WEBHOOK_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub notify_webhook_secret: Option<WebhookSecrets>,
    /// The mail server: `smtps://user:password@mail.example.com`, or `smtp://…:587?tls=required`
    /// for STARTTLS
    #[arg(
        long,
        env = "TENANTRY_SMTP_URL",
        hide_env_values = true,
        value_name = "URL",
        requires = "mail_from"
    )]
    pub smtp_url: Option<SmtpUrl>,
    /// Who mails come from, such as `Tenantry <flags@example.com>`
    #[arg(long, env = "TENANTRY_MAIL_FROM", value_name = "MAILBOX")]
    pub mail_from: Option<Mailbox>,
}

/// An address whose path may be a secret.
#[derive(Clone)]
pub struct WebhookUrl(Url);

/// What notifications are signed with: one secret, or two while one takes the other's place.
#[derive(Debug, Clone)]
pub struct WebhookSecrets(Arc<[SecretBox<Vec<u8>>]>);

/// A mail server's address, with how to be let in.
#[derive(Debug, Clone)]
pub struct SmtpUrl(SecretString);

/// What an operator gave is no such setting.
#[derive(Debug, Error)]
pub enum InvalidNotify {
    /// Not an address for HTTP.
    #[error("it is http:// or https:// with a host")]
    WebhookUrl,
    /// Not a secret.
    #[error(
        "a secret is `whsec_` and 24 to 64 bytes in base64, such as from: echo whsec_$(openssl rand -base64 32)"
    )]
    WebhookSecret,
    /// Too many secrets.
    #[error("one secret, or two with a comma between")]
    WebhookSecrets,
    /// Not a mail server's address.
    #[error("it is smtps://[user:password@]host[:port] or smtp://…[?tls=required]: {0}")]
    SmtpUrl(String),
}

impl WebhookUrl {
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for WebhookUrl {
    type Err = InvalidNotify;

    fn from_str(text: &str) -> Result<Self, InvalidNotify> {
        let url = Url::parse(text).map_err(|_| InvalidNotify::WebhookUrl)?;
        let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
        is_http
            .then_some(Self(url))
            .ok_or(InvalidNotify::WebhookUrl)
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.host_str().unwrap_or_default();
        write!(f, "WebhookUrl({}://{host}/…)", self.0.scheme())
    }
}

impl WebhookSecrets {
    const PREFIX: &str = "whsec_";

    /// The keys, the newest first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.0
            .iter()
            .map(|secret| secret.expose_secret().as_slice())
    }
}

impl FromStr for WebhookSecrets {
    type Err = InvalidNotify;

    fn from_str(text: &str) -> Result<Self, InvalidNotify> {
        let secret = |text: &str| {
            let key = text.trim().strip_prefix(Self::PREFIX)?;
            let key = BASE64.decode(key.as_bytes()).ok()?;
            (24..=64)
                .contains(&key.len())
                .then(|| SecretBox::new(Box::new(key)))
        };
        let secrets: Option<Vec<_>> = text.split(',').map(secret).collect();
        let secrets = secrets.ok_or(InvalidNotify::WebhookSecret)?;
        if secrets.len() > 2 {
            return Err(InvalidNotify::WebhookSecrets);
        }
        Ok(Self(secrets.into()))
    }
}

impl SmtpUrl {
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl FromStr for SmtpUrl {
    type Err = InvalidNotify;

    fn from_str(text: &str) -> Result<Self, InvalidNotify> {
        let parsed = AsyncSmtpTransport::<Tokio1Executor>::from_url(text);
        parsed.map_err(|error| InvalidNotify::SmtpUrl(error.to_string()))?;
        Ok(Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn secrets_are_read_and_never_shown() {
        let secrets: WebhookSecrets = KEY.parse().expect("a secret");
        assert_eq!(secrets.keys().map(<[u8]>::len).collect::<Vec<_>>(), [24]);
        let both: WebhookSecrets = format!("{KEY}, {KEY}").parse().expect("two secrets");
        assert_eq!(both.keys().count(), 2);
        for wrong in [
            "",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_short",
            "whsec_%%",
        ] {
            assert!(wrong.parse::<WebhookSecrets>().is_err(), "{wrong}");
        }
        assert!(
            format!("{KEY},{KEY},{KEY}")
                .parse::<WebhookSecrets>()
                .is_err()
        );

        let url: WebhookUrl = "https://hooks.example.com/T0/secret"
            .parse()
            .expect("a URL");
        let smtp: SmtpUrl = "smtps://ada:secret@mail.example.com"
            .parse()
            .expect("a URL");
        let shown = format!("{secrets:?} {url:?} {smtp:?}");
        assert!(
            !shown.contains("secret@") && !shown.contains("T0"),
            "{shown}"
        );
        assert!(!shown.contains("MfKQ"), "{shown}");
    }

    #[test]
    fn addresses_are_of_servers() {
        for wrong in ["mail.example.com", "https://mail.example.com", "smtp://"] {
            assert!(wrong.parse::<SmtpUrl>().is_err(), "{wrong}");
        }
        for wrong in ["hooks.example.com", "ftp://hooks.example.com", "https://"] {
            assert!(wrong.parse::<WebhookUrl>().is_err(), "{wrong}");
        }
        let starttls = "smtp://ada:secret@mail.example.com:587?tls=required";
        starttls.parse::<SmtpUrl>().expect("STARTTLS");
    }
}
