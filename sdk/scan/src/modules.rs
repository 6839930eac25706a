//! Which files an import means. Nothing is built or installed for it: a module is found by its
//! path's last names, and of several the nearest.
//!
//! **Invariants**
//! - Only files of the scanned tree are found; a module from elsewhere is none.
//! - What is found depends on the list of files alone, not on its order in time.

use std::collections::HashMap;

use tenantry_protocol::references::Language as Family;

use crate::files::File;
use crate::language::Language;

/// The files by what their modules are called.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    /// The names of each file's module, outermost first.
    names: Vec<Vec<String>>,
    families: Vec<Family>,
    by_last: HashMap<(Family, String), Vec<usize>>,
    by_path: HashMap<String, usize>,
    /// The first files of crates, `lib.rs` and `main.rs`, by what their crate is called.
    crates: HashMap<Vec<String>, Vec<usize>>,
    /// Where a folder is a package: its files.
    by_folder: HashMap<(Family, String), Vec<usize>>,
}

impl Modules {
    pub(crate) fn of(files: &[File]) -> Self {
        let mut modules = Self::default();
        for (index, file) in files.iter().enumerate() {
            let family = file.language.family();
            let names = names(file);
            if let Some(last) = names.last() {
                let key = (family, last.clone());
                modules.by_last.entry(key).or_default().push(index);
            }
            if matches!(family, Family::Go | Family::Java) {
                let key = (family, folder(&file.path).to_owned());
                modules.by_folder.entry(key).or_default().push(index);
            }
            if family == Family::Rust && is_first_of_crate(&file.path) {
                modules.crates.entry(names.clone()).or_default().push(index);
            }
            modules.names.push(names);
            modules.families.push(family);
            modules.by_path.insert(file.path.clone(), index);
        }
        modules
    }

    /// The files of a module that `from` imports, by names as `module` writes them.
    pub(crate) fn resolve(&self, files: &[File], from: usize, module: &[String]) -> Vec<usize> {
        match files[from].language {
            Language::TypeScript | Language::Tsx | Language::JavaScript => {
                let module = module.first().map_or("", String::as_str);
                self.script(&files[from].path, from, module)
            }
            Language::Rust => self.rust(from, module),
            Language::Python => {
                let is_package = files[from].path.ends_with("__init__.py");
                self.python(from, is_package, module)
            }
            Language::Java => self.nearest(from, module, module.len()),
            Language::Go => {
                let path = module.first().map_or("", String::as_str);
                let names: Vec<String> = path.split('/').map(str::to_owned).collect();
                self.nearest(from, &names, 1)
            }
        }
    }

    /// The other files of the package that `from` is in, where packages are folders.
    pub(crate) fn siblings(&self, files: &[File], from: usize) -> impl Iterator<Item = usize> {
        let key = (self.families[from], folder(&files[from].path).to_owned());
        let together = self.by_folder.get(&key).map_or(&[][..], Vec::as_slice);
        together.iter().copied().filter(move |file| *file != from)
    }

    fn script(&self, path: &str, from: usize, module: &str) -> Vec<usize> {
        if module.starts_with('.') {
            let mut parts: Vec<&str> = path.split('/').collect();
            parts.pop();
            for part in module.split('/') {
                match part {
                    "." | "" => {}
                    ".." => {
                        parts.pop();
                    }
                    part => parts.push(part),
                }
            }
            return self.script_file(&parts.join("/")).into_iter().collect();
        }
        let bare = module.trim_start_matches(['@', '~', '#']);
        let names: Vec<String> = bare
            .split('/')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        // A package's scope, or the alias of a folder, is no part of a path in the tree.
        let is_scoped = module.starts_with('@') && !module.starts_with("@/");
        let names = if is_scoped && names.len() > 1 {
            &names[1..]
        } else {
            &names[..]
        };
        self.nearest(from, names, names.len())
    }

    /// The file that a path without or with a suffix means.
    fn script_file(&self, path: &str) -> Option<usize> {
        const SUFFIXES: &[&str] = &["ts", "tsx", "mts", "cts", "d.ts", "js", "jsx", "mjs", "cjs"];
        let known = |path: String| self.by_path.get(&path).copied();
        let bare = path
            .rsplit_once('.')
            .filter(|(_, suffix)| matches!(*suffix, "js" | "jsx" | "mjs" | "cjs"))
            .map_or(path, |(bare, _)| bare);
        known(path.to_owned())
            .or_else(|| {
                SUFFIXES
                    .iter()
                    .find_map(|suffix| known(format!("{bare}.{suffix}")))
            })
            .or_else(|| {
                let prefix = if path.is_empty() {
                    String::new()
                } else {
                    format!("{path}/")
                };
                SUFFIXES
                    .iter()
                    .find_map(|suffix| known(format!("{prefix}index.{suffix}")))
            })
    }

    fn rust(&self, from: usize, module: &[String]) -> Vec<usize> {
        let mut own = self.names[from].clone();
        let mut names = module;
        let mut is_exact = false;
        loop {
            match names.first().map(String::as_str) {
                Some("self") => is_exact = true,
                Some("super") => {
                    is_exact = true;
                    own.pop();
                }
                Some("crate") => {
                    let rest: Vec<String> = names[1..].to_vec();
                    return if rest.is_empty() {
                        self.crate_root(from)
                    } else {
                        self.nearest(from, &rest, rest.len())
                    };
                }
                _ => break,
            }
            names = &names[1..];
        }
        if is_exact {
            own.extend(names.iter().cloned());
            let Some(last) = own.last() else {
                return Vec::new();
            };
            let key = (self.families[from], last.clone());
            let same = self.by_last.get(&key).map_or(&[][..], Vec::as_slice);
            return same
                .iter()
                .copied()
                .filter(|file| self.names[*file] == own)
                .collect();
        }
        self.nearest(from, names, names.len())
    }

    /// The first files of the crate that a file is in.
    fn crate_root(&self, from: usize) -> Vec<usize> {
        let own = &self.names[from];
        (0..=own.len())
            .rev()
            .find_map(|length| self.crates.get(&own[..length]))
            .cloned()
            .unwrap_or_default()
    }

    fn python(&self, from: usize, is_package: bool, module: &[String]) -> Vec<usize> {
        let dots = module.iter().take_while(|name| *name == ".").count();
        if dots == 0 {
            return self.nearest(from, module, module.len());
        }
        let mut own = self.names[from].clone();
        // The first dot takes off the file's own name, which that of a package is without.
        let up = dots - usize::from(is_package);
        own.truncate(own.len().saturating_sub(up));
        own.extend(module[dots..].iter().cloned());
        let Some(last) = own.last() else {
            return Vec::new();
        };
        let key = (self.families[from], last.clone());
        let named = self.by_last.get(&key).map_or(&[][..], Vec::as_slice);
        named
            .iter()
            .copied()
            .filter(|file| self.names[*file] == own)
            .collect()
    }

    /// The files whose module ends in the most of `names`, at least in so many, and of these the
    /// ones that share the most folders with `from`.
    fn nearest(&self, from: usize, names: &[String], at_least: usize) -> Vec<usize> {
        let Some(last) = names.last() else {
            return Vec::new();
        };
        let family = self.families[from];
        let key = (family, normal(family, last));
        let mut best = Vec::new();
        let mut most = (at_least.max(1), 0);
        for file in self.by_last.get(&key).map_or(&[][..], Vec::as_slice) {
            let own = &self.names[*file];
            let ending = own
                .iter()
                .rev()
                .zip(names.iter().rev())
                .take_while(|(a, b)| **a == normal(family, b))
                .count();
            let shared = own
                .iter()
                .zip(&self.names[from])
                .take_while(|(a, b)| a == b)
                .count();
            match (ending, shared).cmp(&most) {
                std::cmp::Ordering::Greater if ending >= at_least => {
                    most = (ending, shared);
                    best = vec![*file];
                }
                std::cmp::Ordering::Equal => best.push(*file),
                _ => {}
            }
        }
        best
    }
}

fn is_first_of_crate(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    matches!(name, "lib.rs" | "main.rs")
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Names of crates are written with signs that names in code have not.
fn normal(family: Family, name: &str) -> String {
    if family == Family::Rust {
        name.replace('-', "_")
    } else {
        name.to_owned()
    }
}

/// What a file's module is called.
fn names(file: &File) -> Vec<String> {
    let family = file.language.family();
    let mut parts: Vec<String> = file
        .path
        .split('/')
        .map(|part| normal(family, part))
        .collect();
    let name = parts.pop().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default().to_owned();
    match file.language {
        Language::Rust => {
            let is_root = matches!(stem.as_str(), "lib" | "main");
            // `src` is in no path that code writes.
            if parts.last().is_some_and(|part| part == "src") && is_root {
                parts.pop();
                return parts;
            }
            parts.retain(|part| part != "src");
            if stem != "mod" && !is_root {
                parts.push(stem);
            }
        }
        Language::TypeScript | Language::Tsx | Language::JavaScript => {
            if stem == "index" {
                if parts.last().is_some_and(|part| part == "src") {
                    parts.pop();
                }
            } else {
                parts.push(stem);
            }
        }
        Language::Python => {
            if stem != "__init__" {
                parts.push(stem);
            }
        }
        Language::Go => {}
        Language::Java => parts.push(stem),
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn check(paths: &[&str], from: &str, module: &[&str], expected: &[&str]) {
        let mut files: Vec<File> = paths
            .iter()
            .map(|path| File {
                path: (*path).to_owned(),
                language: Language::of(Path::new(path)).expect("a language"),
                promising: false,
                generated: false,
            })
            .collect();
        files.sort();
        let modules = Modules::of(&files);
        let from = files
            .iter()
            .position(|file| file.path == from)
            .expect("a file");
        let module: Vec<String> = module.iter().map(|name| (*name).to_owned()).collect();
        let found: Vec<&str> = modules
            .resolve(&files, from, &module)
            .into_iter()
            .map(|file| files[file].path.as_str())
            .collect();
        assert_eq!(found, expected, "{module:?}");
    }

    #[test]
    fn scripts_name_files() {
        let tree = &[
            "web/src/a/page.tsx",
            "web/src/flags.ts",
            "web/src/lib/flags/index.ts",
            "packages/flags/src/index.ts",
            "web/src/a/old.js",
        ];
        let from = "web/src/a/page.tsx";
        check(tree, from, &["../flags"], &["web/src/flags.ts"]);
        check(tree, from, &["../flags.js"], &["web/src/flags.ts"]);
        check(
            tree,
            from,
            &["../lib/flags"],
            &["web/src/lib/flags/index.ts"],
        );
        check(
            tree,
            from,
            &["@/lib/flags"],
            &["web/src/lib/flags/index.ts"],
        );
        check(tree, from, &["./old"], &["web/src/a/old.js"]);
        check(tree, from, &["react"], &[]);
        check(tree, from, &["../../../../../x"], &[]);
    }

    #[test]
    fn crates_and_modules() {
        let tree = &[
            "api/src/main.rs",
            "api/src/flags.rs",
            "api/src/http/mod.rs",
            "api/src/http/invoice.rs",
            "web/src/flags.rs",
            "shop-flags/src/lib.rs",
        ];
        let from = "api/src/http/invoice.rs";
        check(tree, from, &["crate", "flags"], &["api/src/flags.rs"]);
        check(tree, from, &["crate"], &["api/src/main.rs"]);
        check(tree, from, &["super"], &["api/src/http/mod.rs"]);
        check(
            tree,
            from,
            &["super", "super", "flags"],
            &["api/src/flags.rs"],
        );
        check(tree, from, &["shop_flags"], &["shop-flags/src/lib.rs"]);
        check(tree, from, &["serde"], &[]);
    }

    #[test]
    fn packages_are_folders() {
        let tree = &[
            "shop/flags/keys.go",
            "shop/flags/more.go",
            "shop/main.go",
            "x/flags/a.go",
        ];
        check(
            tree,
            "shop/main.go",
            &["example.com/shop/flags"],
            &["shop/flags/keys.go", "shop/flags/more.go"],
        );
        let tree = &["shop/__init__.py", "shop/flags.py", "shop/api/views.py"];
        check(
            tree,
            "shop/api/views.py",
            &[".", ".", "flags"],
            &["shop/flags.py"],
        );
        check(
            tree,
            "shop/api/views.py",
            &["shop", "flags"],
            &["shop/flags.py"],
        );
        let tree = &[
            "src/main/java/com/shop/Flags.java",
            "src/main/java/com/shop/A.java",
        ];
        check(
            tree,
            "src/main/java/com/shop/A.java",
            &["com", "shop", "Flags"],
            &["src/main/java/com/shop/Flags.java"],
        );
    }
}
