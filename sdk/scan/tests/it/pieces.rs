//! Small pieces of code that a careless removal would give another meaning, before and after:
//! `tests/pieces`, each file of one language.

use std::fs;
use std::path::Path;

use tenantry_scan::removal::{What, plan};
use tenantry_scan::{Progress, Settings};

use crate::folder;

/// Files without the flag `x`, whose code for on stays; first what is refused, last what is
/// remarked.
fn without(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    let (root, progress) = (folder.path(), Progress::default());
    let plan = plan(root, root, Settings::default(), ("x", true), &progress).expect("a plan");
    assert!(plan.questions > 0, "nothing asks for it: {files:?}");
    let refused = plan.refused.iter();
    let refused = refused.map(|it| format!("refused: {}\n", it.why));
    let changed = plan.changes.iter().map(|it| it.after.clone());
    // The parameters of the function around a piece are nothing to tell.
    let remarks = plan.remarks.iter();
    let remarks = remarks
        .filter(|it| !matches!(it.what, What::Parameter(_)))
        .map(|it| format!("remark: {:?}\n", it.what));
    refused.chain(changed).chain(remarks).collect()
}

/// Takes the flag out of each piece of a file, and requires what the file says.
///
/// A piece is a title after `===`, the statements of a function, and after `---` what becomes of
/// them.
fn check(name: &str, (open, close): (&str, &str), extension: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pieces")
        .join(name);
    let expected = fs::read_to_string(&path).expect("the pieces");
    let mut found = Vec::new();
    for piece in format!("\n{expected}").split("\n=== ").skip(1) {
        let piece = format!("{piece}\n");
        let (title, rest) = piece.split_once('\n').expect("a title");
        let (before, _) = rest.split_once("---\n").expect("a line between them");
        let text = format!("{open}{before}{close}");
        let after = without(&[(&format!("a.{extension}"), &text)]);
        // What is written around the piece is the same for all, but for idle parameters.
        let inside = after
            .split_once("f(")
            .and_then(|(_, rest)| rest.split_once(" {\n"));
        let inside = inside.map_or(after.as_str(), |(_, inside)| inside);
        let inner = inside.replacen(&format!("\n{close}"), "\n", 1);
        found.push(format!("=== {title}\n{before}---\n{inner}"));
    }
    let found = found.concat();
    if std::env::var_os("UPDATE_PIECES").is_some() {
        fs::write(&path, &found).expect("the pieces");
    }
    assert_eq!(found, expected, "UPDATE_PIECES=1 writes what is found");
}

#[test]
fn pieces_of_rust_keep_their_meaning() {
    let open =
        "use tenantry::Client;\n\npub fn f(flags: &Client, t: &str, a: &mut World) -> u32 {\n";
    check("rust.txt", (open, "}\n"), "rs");
}

#[test]
fn pieces_of_scripts_keep_their_meaning() {
    let open = "import type { Client } from \"@openfeature/server-sdk\";\nexport function f(client: Client, a: any, b: any) {\n";
    check("script.txt", (open, "}\n"), "ts");
}

/// What a method of another file gives is known to end without a trace.
#[test]
fn a_function_of_the_tree_says_what_it_gives() {
    let world = |gives: &str| {
        format!(
            "pub struct World;\nimpl World {{\n    pub fn size(&self) -> {gives} {{\n        todo!()\n    }}\n}}\n"
        )
    };
    let text = "use tenantry::Client;\npub fn f(flags: &Client, t: &str, a: &mut World) {\n    if flags.is_enabled(\"x\", t) {\n        let size = a.size();\n        a.add(size);\n    }\n    a.wait();\n}\n";
    let opened = without(&[("a.rs", text), ("world.rs", &world("Option<u32>"))]);
    assert!(
        opened.contains("    let size = a.size();\n    a.add(size);\n    a.wait();"),
        "{opened}"
    );
    let kept = without(&[("a.rs", text), ("world.rs", &world("Guard"))]);
    assert!(
        kept.contains("    {\n        let size = a.size();\n        a.add(size);\n    }\n"),
        "{kept}"
    );
}

/// What is private to a file is there for the modules below it, which are files of their own.
#[test]
fn what_a_module_below_uses_stays() {
    let text = "mod below;\n\nuse tenantry::{Client, Flag};\n\npub struct Shop {\n    handle: Flag,\n}\n\npub fn open(flags: &Client) -> Shop {\n    Shop {\n        handle: flags.flag(\"x\"),\n    }\n}\n\npub fn f(flags: &Client, shop: &Shop, t: &str) -> u32 {\n    if shop.handle.is_enabled(t) { 1 } else { old(flags, t, 2) }\n}\n\nfn old(flags: &Client, t: &str, n: u32) -> u32 {\n    if flags.is_enabled(\"x\", t) { n + 1 } else { n + 2 }\n}\n";
    let alone = without(&[("lib.rs", text), ("other.rs", "")]);
    assert!(
        !alone.contains("fn old") && !alone.contains("    handle: Flag"),
        "{alone}"
    );
    let below =
        "pub fn g(flags: &tenantry::Client, t: &str) -> u32 {\n    super::old(flags, t, 3)\n}\n";
    let used = without(&[("lib.rs", text), ("below.rs", below)]);
    assert!(
        used.contains("fn old(_flags: &Client, _t: &str, n: u32)"),
        "{used}"
    );
    let below = "pub fn g(shop: &super::Shop) -> bool {\n    shop.handle.is_enabled(\"t\")\n}\n";
    let used = without(&[("lib.rs", text), ("below.rs", below)]);
    assert!(used.contains("refused"), "{used}");
}

/// A field that is read or written with the others is no handle's place only.
#[test]
fn a_field_that_is_derived_for_stays() {
    let text = |derived: &str| {
        format!(
            "use tenantry::Client;\n\n#[derive({derived})]\nstruct Asker {{\n    name: String,\n    age: u32,\n}}\n\npub fn f(flags: &Client) -> u32 {{\n    let asker = Asker {{\n        name: String::new(),\n        age: 1,\n    }};\n    if flags.is_enabled(\"x\", &asker.name) {{ asker.age }} else {{ 2 }}\n}}\n"
        )
    };
    let gone = without(&[("a.rs", &text("Debug, Clone"))]);
    assert!(!gone.contains("name: String"), "{gone}");
    let kept = without(&[("a.rs", &text("Debug, PartialEq"))]);
    assert!(kept.contains("name: String"), "{kept}");
}
