//! Tells cargo that the migrations are part of this crate: a new file must rebuild it.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations/sqlite");
    println!("cargo::rerun-if-changed=../../migrations/postgres");
}
