//! Whoever is told by mail: aiosmtpd, which keeps mails in a folder, a file each.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tenantry_tests::until;

/// A mail server with everybody's mails. It ends with this.
pub(super) struct Mailbox {
    process: Child,
    address: String,
    folder: TempDir,
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Mailbox {
    pub(super) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// One that refuses mails of more than so many bytes, for good.
    pub(super) async fn for_small(bytes: u32) -> Self {
        Self::with(&["--size", &bytes.to_string()]).await
    }

    async fn with(options: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("an address").to_string();
        drop(free);
        let process = Command::new("aiosmtpd")
            .args(["--nosetuid", "--listen", &address])
            .args(options)
            .args(["--class", "aiosmtpd.handlers.Mailbox"])
            .arg(folder.path().join("mails"))
            .stderr(Stdio::null())
            .spawn()
            .expect("aiosmtpd, of the package python3-aiosmtpd");
        let mailbox = Self {
            process,
            address,
            folder,
        };
        until("the mail server listens", async || {
            let connected = tokio::net::TcpStream::connect(&mailbox.address).await;
            connected.ok().map(drop)
        })
        .await;
        mailbox
    }

    pub(super) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The mails, each as it came.
    pub(super) fn mails(&self) -> Vec<String> {
        let folder = self.folder.path().join("mails/new");
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        let read = entries.map(|entry| {
            let path = entry.expect("an entry").path();
            std::fs::read_to_string(path).expect("a mail")
        });
        let mut mails: Vec<String> = read.collect();
        mails.sort();
        mails
    }
}

/// A header of a mail.
pub(super) fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let prefix = format!("{name}: ");
    let line = mail.lines().find_map(|line| line.strip_prefix(&*prefix));
    line.unwrap_or_else(|| panic!("no {name} in {mail}"))
}

/// What a mail says, without its encoding's line ends.
pub(super) fn text(mail: &str) -> String {
    let (_, body) = mail.split_once("\n\n").expect("a body");
    body.replace("=\n", "")
        .replace("=E2=80=9C", "“")
        .replace("=E2=80=9D", "”")
}
