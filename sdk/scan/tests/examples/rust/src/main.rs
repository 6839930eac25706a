//! Direct questions, in every shape.

mod flags;
mod http;
mod keys;
mod traps;

use std::sync::Arc;

use tenantry::{Client, Context, Flag};

use crate::keys::{Beta, DARK_MODE as DARK};

const LOCAL: &str = "local-key";

struct App {
    flags: Arc<Client>,
    checkout: Flag,
}

impl App {
    const OWN: &'static str = "own-key";

    async fn start() -> Result<Self, tenantry::BuildError> {
        let client = Client::builder("https://flags.example.com", "token").build().await?;
        let checkout = client.flag("checkout").default_on(true);
        Ok(Self { flags: Arc::new(client), checkout })
    }

    fn answers(&self, tenant: &str, ctx: &Context<'_>) -> bool {
        // self.flags.is_enabled("trap-in-a-comment", tenant)
        let direct = self.flags.is_enabled("direct", tenant);
        let raw = self.flags.is_enabled(r"raw-text", tenant);
        let long = self
            .flags
            .is_enabled_for(
                "over-many-lines",
                ctx,
            );
        let size: u32 = self.flags.value("table-size", tenant, 20);
        let local = self.flags.is_enabled(LOCAL, tenant);
        let renamed = self.flags.is_enabled(DARK, tenant);
        let path = self.flags.is_enabled(keys::EXPORT, tenant);
        let associated = self.flags.is_enabled(Beta::SEARCH, tenant) || self.flags.is_enabled(Self::OWN, tenant);
        let handle = self.checkout.is_enabled(tenant);
        assert!(self.flags.is_enabled("in-a-macro", tenant), "it's {}", self.flags.is_enabled("in-an-argument", tenant));
        tracing::info!(on = self.flags.is_enabled(keys::DARK_MODE, tenant), "trap-in-a-macro");
        let chained = self.flags.flag("chained").is_enabled(tenant);
        let turbofish = self.flags.value::<String>("turbofish", tenant, String::new());
        let ünïcode = "é"; let after = self.flags.is_enabled("after-letters", tenant);
        direct && raw && long && local && renamed && path && associated && handle && chained && after && size > 0
    }
}

fn shadowed(client: &Client, tenant: &str) -> bool {
    let key = "first";
    let before = client.is_enabled(key, tenant);
    let key = "second";
    let after = client.is_enabled(key, tenant);
    before && after
}

fn feature_on(key: &str, tenant: &str) -> bool {
    CLIENT.is_enabled(key, tenant)
}

fn wrapped(tenant: &str) -> bool {
    feature_on("wrapped", tenant) && feature_on(keys::DARK_MODE, tenant)
}

fn unresolved(client: &Client, tenant: &str, suffix: &str) -> bool {
    client.is_enabled(&format!("plan-{suffix}"), tenant)
}

fn generated(client: &Client, tenant: &str) -> bool {
    let flags = flags::Flags::new(client);
    let billing = flags.new_billing();
    flags.new_billing().is_enabled(tenant)
        && billing.is_enabled(tenant)
        && flags.page_size_value(tenant, 20) > 10
        && client.is_enabled(flags::keys::NEW_BILLING, tenant)
}
