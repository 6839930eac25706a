//! Nothing in here asks for a flag: is_enabled("trap-in-docs", tenant).

use tenantry::Client;

/// ```
/// client.is_enabled("trap-in-an-example", "acme");
/// ```
struct Plugins {
    names: Vec<String>,
}

impl Plugins {
    fn is_enabled(&self, name: &str) -> bool {
        self.names.iter().any(|it| it == name)
    }

    fn all(&self) -> bool {
        self.is_enabled("trap-own-method")
    }
}

fn traps(plugins: &Plugins, client: &Client, tenant: &str) {
    plugins.is_enabled("trap-other-type");
    let plugins = Plugins { names: Vec::new() };
    plugins.is_enabled("trap-made-here");
    cc::Build::new().flag("trap-compiler-flag").flag("-Wall");
    let mut build = cc::Build::new();
    build.flag("trap-variable");
    let command = clap::Command::new("tool").arg(clap::Arg::new("trap").value("trap-value", 1, 2));
    let text = "client.is_enabled(\"trap-in-a-string\", tenant)";
    let raw = r#"client.is_enabled("trap-in-a-raw-string", tenant)"#;
    client.is_enabled("trap two words", tenant);
    client.is_enabled("", tenant);
    client.is_enabled(crate::keys::NOT_A_KEY, tenant);
    settings.value("trap-setting", tenant, 3);
    is_enabled("trap-free-function");
    macro_rules! ask { () => { client.is_enabled("trap-macro-rules", tenant) }; }
    log::log_enabled!(target: "trap-log", log::Level::Info);
    map.record("trap-record", tenant, 1);
    #[cfg(feature = "trap-cargo-feature")]
    let level = logger.is_enabled("trap-logger", 3);
}
