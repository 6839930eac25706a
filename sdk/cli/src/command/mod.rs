//! The commands, one file each.
//!
//! **Invariants**
//! - A command that changes something prints what it changed, and by which revision.
//! - With `-o json` a command prints JSON and nothing else on standard output: the server's document,
//!   where there is one that says it all. Errors are sentences on standard error, whatever the output.

mod codegen;
mod completions;
mod debt;
mod eval;
mod flags;
mod input;
mod plan;
mod remove;
mod scan;
mod tail;
mod tenants;
mod tokens;

use clap::Subcommand;

pub(crate) use debt::DebtFailure;
pub(crate) use remove::RemoveFailure;
pub(crate) use scan::ScanFailure;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::Failure;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Debt(debt::Debt),
    #[command(subcommand)]
    Flags(flags::Flags),
    #[command(subcommand)]
    Plan(plan::Plan),
    Eval(eval::Eval),
    Tail(tail::Tail),
    #[command(subcommand)]
    Tenants(tenants::Tenants),
    #[command(subcommand)]
    Tokens(tokens::Tokens),
    Codegen(codegen::Codegen),
    Scan(scan::Scan),
    Remove(remove::Remove),
    Completions(completions::Completions),
}

/// Runs the command that was asked for.
pub(crate) async fn run(arguments: &Arguments, console: &mut Console) -> Result<Outcome, Failure> {
    let global = &arguments.global;
    if global.token.is_some() {
        return Err(Failure::TokenInArguments);
    }
    match &arguments.command {
        Command::Debt(debt) => debt.run(global, console).await,
        Command::Flags(flags) => flags.run(global, console).await,
        Command::Plan(plan) => plan.run(global, console).await,
        Command::Eval(eval) => eval.run(global, console).await,
        Command::Tail(tail) => tail.run(global, console).await,
        Command::Tenants(tenants) => tenants.run(global, console).await,
        Command::Tokens(tokens) => tokens.run(global, console).await,
        Command::Codegen(codegen) => codegen.run(global, console).await,
        Command::Scan(scan) => scan.run(global, console).await,
        Command::Remove(remove) => remove.run(global, console).await,
        Command::Completions(completions) => completions.run(console),
    }
}
