//! Sources that nobody meant to write: cut off, garbled, nested beyond reason. A scan ends, does
//! not panic, and says only what a place in the text says.

use proptest::prelude::*;
use tenantry_scan::Scan;

use super::{folder, scanned, write};

const SOURCES: &[(&str, &str)] = &[
    ("a.rs", include_str!("../examples/rust/src/main.rs")),
    ("b.rs", include_str!("../examples/rust/src/flags.rs")),
    ("a.ts", include_str!("../examples/web/src/server.ts")),
    ("b.tsx", include_str!("../examples/web/src/Page.tsx")),
    ("c.js", include_str!("../examples/web/src/legacy.js")),
    ("d.ts", include_str!("../examples/web/src/flags.ts")),
    ("a.py", include_str!("../examples/python/shop/views.py")),
    ("a.go", include_str!("../examples/go/billing/billing.go")),
    (
        "A.java",
        include_str!("../examples/java/com/shop/Billing.java"),
    ),
    (
        "K.java",
        include_str!("../examples/java/com/shop/flags/Keys.java"),
    ),
];

/// Every place that is named exists.
fn check(scan: &Scan, name: &str, text: &[u8]) {
    for found in &scan.found {
        assert_eq!(found.reference.path, name);
        assert!(found.call.end <= text.len(), "{found:?}");
        let line = usize::try_from(found.reference.line).expect("a number");
        assert!(line >= 1 && line <= text.split(|byte| *byte == b'\n').count());
    }
}

fn survives(name: &str, text: &[u8]) {
    let folder = folder(&[]);
    write(folder.path(), name, text);
    check(
        &scanned(
            folder.path(),
            "[scan]\nwrappers = [{ name = 'feature_on' }]",
        ),
        name,
        text,
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_cut_off_is_still_read(which in 0..SOURCES.len(), from in 0.0..1.0_f64, to in 0.0..1.0_f64) {
        let (name, text) = SOURCES[which];
        let at = |share: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a short text")]
            let at = (share * text.len() as f64) as usize;
            at
        };
        let (from, to) = (at(from.min(to)), at(from.max(to)));
        survives(name, &text.as_bytes()[from..to]);
    }

    #[test]
    fn what_is_garbled_is_still_read(
        which in 0..SOURCES.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), prop_oneof![
            any::<u8>().prop_map(|byte| vec![byte]),
            Just(Vec::new()),
            "[(){}\\[\\]<>\"'`.,:;=&|!?*/#@ \n\\\\]{1,6}".prop_map(String::into_bytes),
        ]), 1..40),
    ) {
        let (name, text) = SOURCES[which];
        let mut bytes = text.as_bytes().to_vec();
        for (at, new) in changes {
            let at = at.index(bytes.len());
            bytes.splice(at..=at, new);
            if bytes.is_empty() {
                break;
            }
        }
        survives(name, &bytes);
    }
}

#[test]
fn nesting_beyond_reason_ends() {
    let deep = 20_000;
    let nest = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(deep), close.repeat(deep))
    };
    for (name, text) in [
        (
            "a.rs",
            format!(
                "use tenantry::Client;\nfn f(client: &Client) {{ {} }}",
                nest("client.is_enabled(", "1", ", t)")
            ),
        ),
        (
            "b.rs",
            format!(
                "use tenantry::Client;\nfn f(client: &Client) {{ assert!{} }}",
                nest("(", "client.is_enabled(\"a\", t)", ")")
            ),
        ),
        (
            "c.rs",
            format!("const A: &str = {};", vec!["a"; deep].join("::")),
        ),
        (
            "a.ts",
            format!(
                "import {{ x }} from 'unleash-client';\nconst a = {};\nx.isEnabled(a);",
                nest("{ a: ", "1", " }")
            ),
        ),
        (
            "b.ts",
            format!(
                "import {{ x }} from 'unleash-client';\nx.isEnabled({});",
                vec!["'a'"; deep].join(" + ")
            ),
        ),
        (
            "c.ts",
            format!(
                "import {{ x }} from 'unleash-client';\nx{}.isEnabled('a');",
                ".b()".repeat(deep)
            ),
        ),
        (
            "a.py",
            format!(
                "import UnleashClient\nUnleashClient.is_enabled({})",
                nest("(", "'a'", ")")
            ),
        ),
        (
            "a.go",
            format!("package a\nvar A = {}", nest("f(", "1", ")")),
        ),
        (
            "A.java",
            format!("class A {{ String a = {}; }}", nest("(", "\"a\"", ")")),
        ),
    ] {
        survives(name, text.replace(';', ";\n").as_bytes());
    }
}
