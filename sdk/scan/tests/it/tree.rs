//! Which files of a tree are read, and in which order the answer comes.

use super::{folder, lines, scanned, write};

const ASKS: &str = "from openfeature import api\napi.get_client().get_boolean_value('a', False)\n";

#[test]
fn what_git_ignores_and_others_wrote_is_not_read() {
    let folder = folder(&[
        (".gitignore", "build/\n*.gen.py\n"),
        ("a.py", ASKS),
        ("build/a.py", ASKS),
        ("x.gen.py", ASKS),
        (".hidden/a.py", ASKS),
        ("node_modules/a/a.py", ASKS),
        ("venv/lib/site-packages/a.py", ASKS),
        ("a.txt", ASKS),
    ]);
    let scan = scanned(folder.path(), "");
    assert_eq!(lines(&scan), ["a.py:2:18 a direct get_boolean_value"]);
    assert_eq!((scan.files, scan.lines), (1, 2));
}

#[test]
fn the_settings_choose_files() {
    let folder = folder(&[
        ("src/a.py", ASKS),
        ("src/gen/b.py", ASKS),
        ("test/c.py", ASKS),
    ]);
    let paths = |settings| -> Vec<String> {
        let found = scanned(folder.path(), settings).found;
        found.into_iter().map(|it| it.reference.path).collect()
    };
    assert_eq!(
        paths("[scan]\nexclude = ['gen/']"),
        ["src/a.py", "test/c.py"]
    );
    assert_eq!(
        paths("[scan]\ninclude = ['/src']"),
        ["src/a.py", "src/gen/b.py"]
    );
    assert_eq!(
        paths("[scan]\ninclude = ['/src']\nexclude = ['gen']"),
        ["src/a.py"]
    );
}

#[test]
fn files_that_nobody_wrote_do_no_harm() {
    let folder = folder(&[("a.py", ASKS)]);
    let mut binary = ASKS.as_bytes().to_vec();
    binary.push(0);
    write(folder.path(), "binary.py", &binary);
    write(
        folder.path(),
        "packed.js",
        "isEnabled('a');".repeat(10_000).as_bytes(),
    );
    write(folder.path(), "jquery.min.js", b"isEnabled('a');");
    write(folder.path(), "giant.py", ASKS.repeat(30_000).as_bytes());
    let mut broken = b"text = '\xff\xfe'\n".to_vec();
    broken.extend(ASKS.as_bytes());
    write(folder.path(), "latin.py", &broken);
    let scan = scanned(folder.path(), "");
    assert_eq!(
        lines(&scan),
        [
            "a.py:2:18 a direct get_boolean_value",
            "latin.py:3:18 a direct get_boolean_value"
        ]
    );
    assert_eq!((scan.files, scan.passed_over), (2, 4));
}

#[test]
fn one_file_is_a_tree_too() {
    let folder = folder(&[("a/b.py", ASKS)]);
    let settings = tenantry_scan::Settings::default();
    let file = folder.path().join("a/b.py");
    let scan =
        tenantry_scan::scan(&file, folder.path(), settings, &<_>::default()).expect("a file");
    assert_eq!(lines(&scan), ["b.py:2:18 a direct get_boolean_value"]);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let settings = tenantry_scan::Settings::default();
    let nowhere = std::path::Path::new("/no/such/folder");
    assert!(tenantry_scan::scan(nowhere, nowhere, settings, &<_>::default()).is_err());
}

#[test]
fn a_tree_without_an_sdk_asks_for_nothing() {
    let folder = folder(&[
        (
            "a.ts",
            "export const f = (flags: any, client: any) => flags.isEnabled('a') || client.getBooleanValue('b', false);\n",
        ),
        (
            "b.rs",
            "fn f(features: &Features, client: &Client) -> bool { features.is_enabled(\"serde\") || client.flag(\"x\") }\n",
        ),
        (
            "C.java",
            "class C { boolean f(Config features) { return features.getBooleanValue(\"a\", true); } }\n",
        ),
        (
            "d.go",
            "package d\nfunc f() { features.IsEnabled(\"a\") }\n",
        ),
        (
            "e.py",
            "features.is_enabled('a')\nclient.get_boolean_value('b', False)\n",
        ),
    ]);
    assert_eq!(lines(&scanned(folder.path(), "")), [""; 0]);
}

#[test]
fn two_constants_of_one_name_mean_neither() {
    let folder = folder(&[
        ("a/flags.py", "KEY = 'one'\n"),
        ("b/flags.py", "KEY = 'two'\n"),
        (
            "c.py",
            "from openfeature import api\nfrom flags import KEY\napi.get_client().get_boolean_value(KEY, False)\n",
        ),
    ]);
    assert_eq!(
        lines(&scanned(folder.path(), "")),
        ["c.py:3:18 ? get_boolean_value"]
    );
}

#[test]
fn a_wrapper_explains_itself() {
    let source = "from openfeature import api\ndef on(tenant, key):\n    return api.get_client().get_boolean_value(key, False)\non('acme', 'a')\n";
    let folder = folder(&[("a.py", source)]);
    let scan = scanned(folder.path(), "");
    assert_eq!(lines(&scan), ["a.py:3:29 ? get_boolean_value"]);
    assert_eq!(scan.unresolved[0].passed_on, Some(("on".to_owned(), 1)));
    let scan = scanned(
        folder.path(),
        "[scan]\nwrappers = [{ name = 'on', key_argument = 1 }]",
    );
    assert_eq!(lines(&scan), ["a.py:4:1 a wrapper on"]);
}

#[test]
fn a_name_that_leads_to_itself_ends() {
    let folder = folder(&[
        (
            "a.ts",
            "import { B } from './b'; export const A = B + B + B;\n",
        ),
        (
            "b.ts",
            "import { A } from './a'; import { OpenFeature } from '@openfeature/server-sdk'; export const B = A + A + A; export * from './a'; export * from './b';\nOpenFeature.getClient().getBooleanValue(B, false);\n",
        ),
    ]);
    assert_eq!(
        lines(&scanned(folder.path(), "")),
        ["b.ts:2:25 ? getBooleanValue"]
    );
}
